//! Damage to bytes that were in order: some of what writers, disks, networks and editors do to files.

use phosphene_tests::Rng;

/// Numbers at which arithmetic goes wrong, as texts have them.
const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1e308",
    "-1e-308",
    "1e999",
    "NaN",
    "null",
    "255",
    "2147483648",
    "9223372036854775808",
    "18446744073709551615",
    "0.000000001",
];
/// The same as binary formats have them, little endian.
const WORDS: [u64; 9] = [
    0,
    1,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0xffff_ffff_ffff_ffff,
];
/// Formats keep what steers them in their first bytes: half of all damage is there.
const HEADER: usize = 128;
/// Damages to one input.
const MOST: usize = 6;
/// Bytes that one damage removes or doubles.
const LONGEST: usize = 64;

/// One of the inputs, damaged from one to six times.
pub fn damaged(inputs: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = random.choice(inputs).expect("a door has inputs").clone();
    for _ in 0..random.usize(1..=MOST) {
        damage(&mut bytes, inputs, random);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, inputs: &[Vec<u8>], random: &mut Rng) {
    if bytes.is_empty() {
        bytes.push(random.u8(..));
        return;
    }
    let reach = if random.bool() {
        bytes.len().min(HEADER)
    } else {
        bytes.len()
    };
    let at = random.usize(..reach);
    let end = (at + random.usize(1..=LONGEST)).min(bytes.len());
    match random.u8(..9) {
        0 => bytes[at] ^= 1 << random.u8(..8),
        1 => bytes[at] = random.u8(..),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        5 => bytes.insert(at, random.u8(..)),
        6 => {
            let word = random.choice(WORDS).expect("there are words").to_le_bytes();
            let width = [1, 2, 4, 8][random.usize(..4)];
            let end = (at + width).min(bytes.len());
            bytes[at..end].copy_from_slice(&word[..end - at]);
        }
        7 => {
            // The number that stands there or behind it.
            let digit = |byte: &u8| byte.is_ascii_digit();
            let Some(first) = bytes[at..].iter().position(digit).map(|first| at + first) else {
                return;
            };
            let len = bytes[first..].iter().take_while(|byte| digit(byte)).count();
            let number = random.choice(NUMBERS).expect("there are numbers");
            bytes.splice(first..first + len, number.bytes());
        }
        _ => {
            // The beginning of one input and the end of another.
            let other = random.choice(inputs).expect("a door has inputs");
            bytes.truncate(at);
            bytes.extend(&other[at.min(other.len())..]);
        }
    }
}

#[test]
fn every_kind_of_damage_is_done_and_a_seed_does_the_same_again() {
    let inputs = [b"gain = 12\nname = \"a song\"\n".to_vec(), vec![7; 200]];
    let all = |seed| -> Vec<Vec<u8>> {
        let mut random = Rng::with_seed(seed);
        (0..2_000).map(|_| damaged(&inputs, &mut random)).collect()
    };
    let outputs = all(1);
    assert_eq!(outputs, all(1));
    assert_ne!(outputs, all(2));
    let has = |what: &dyn Fn(&[u8]) -> bool| outputs.iter().any(|bytes| what(bytes));
    assert!(has(&|bytes| bytes.starts_with(b"gain = NaN\n")), "a number");
    assert!(has(&|bytes| bytes.len() > 230), "doubled");
    assert!(has(&|bytes| bytes.len() < 5), "cut off");
    assert!(
        has(&|bytes| bytes.starts_with(b"gain = ") && bytes.ends_with(&[7; 100])),
        "spliced"
    );
    let same = outputs.iter().filter(|bytes| inputs.contains(bytes)).count();
    assert!(same < outputs.len() / 10, "{same} of {} are undamaged", outputs.len());
}
