//! What a file's bytes must add up to.

use std::fmt;

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

/// A file's checksum, as the hub keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// Of the bytes: large files.
    Sha256(String),
    /// git's name of the bytes: small files, kept in git itself.
    Git(String),
}

/// A checksum that grows with the bytes.
pub(super) struct Sum(Context);

impl Checksum {
    /// 64 or 40 hexadecimal digits, in lower case.
    pub(super) fn parse(hex: &str, kind: fn(String) -> Self) -> Option<Self> {
        let hex = hex.to_ascii_lowercase();
        let checksum = kind(hex.clone());
        let digits = match checksum {
            Self::Sha256(_) => 64,
            Self::Git(_) => 40,
        };
        (hex.len() == digits && hex.bytes().all(|b| b.is_ascii_hexdigit())).then_some(checksum)
    }

    /// As hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> &str {
        match self {
            Self::Sha256(hex) | Self::Git(hex) => hex,
        }
    }

    /// Begins to add up a file of `bytes`.
    pub(super) fn begin(&self, bytes: u64) -> Sum {
        match self {
            Self::Sha256(_) => Sum(Context::new(&SHA256)),
            Self::Git(_) => {
                let mut context = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
                context.update(format!("blob {bytes}\0").as_bytes());
                Sum(context)
            }
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(hex) => write!(f, "sha256 {hex}"),
            Self::Git(hex) => write!(f, "git object {hex}"),
        }
    }
}

impl Sum {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In hexadecimal digits, of what was added so far.
    pub(super) fn hex(&self) -> String {
        let digest = self.0.clone().finish();
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_sha256sum_and_git() {
        let sha = Checksum::Sha256(String::new());
        let mut sum = sha.begin(3);
        sum.add(b"ab");
        sum.add(b"c");
        assert_eq!(
            sum.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        // printf 'hello\n' | git hash-object --stdin
        let mut sum = Checksum::Git(String::new()).begin(6);
        sum.add(b"hello\n");
        assert_eq!(sum.hex(), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn only_whole_sums_are_read() {
        assert!(Checksum::parse(&"A0".repeat(32), Checksum::Sha256).is_some());
        assert!(Checksum::parse(&"a0".repeat(20), Checksum::Git).is_some());
        for bad in ["", "../../x", &"a0".repeat(20), &"zz".repeat(32)] {
            assert!(Checksum::parse(bad, Checksum::Sha256).is_none(), "{bad}");
        }
    }
}
