//! JSON, read as far as it goes: an end that is missing is supplied, and what is no value is skipped.

use serde_json::{Map, Value};

/// Containers within containers; what is deeper is skipped.
const DEEPEST: usize = 64;

/// The value that begins a text, and whether anything was wrong with it. What comes after it is not looked at.
pub(super) fn read(bytes: &[u8]) -> (Value, bool) {
    let mut reader = Reader {
        bytes,
        at: 0,
        damaged: false,
        open: Vec::new(),
    };
    let value = reader.value().unwrap_or_default();
    (value, reader.damaged)
}

/// A JSON string's text without its quotes: escapes are resolved, quotes that have lost theirs stay.
pub(super) fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut reader = Reader {
        bytes,
        at: 0,
        damaged: false,
        open: Vec::new(),
    };
    let mut text = Vec::with_capacity(bytes.len());
    while let Some(byte) = reader.next() {
        if byte == b'\\' {
            reader.escape(&mut text);
        } else {
            text.push(byte);
        }
    }
    text
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    damaged: bool,
    /// The closing brackets that are still to come, the outermost first.
    open: Vec<u8>,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    /// The value here; `None` where there is none, and nothing was read.
    fn value(&mut self) -> Option<Value> {
        match self.peek() {
            Some(b'{') if self.open.len() < DEEPEST => Some(self.object()),
            Some(b'[') if self.open.len() < DEEPEST => Some(self.array()),
            Some(b'"') => {
                self.at += 1;
                Some(Value::String(self.string()))
            }
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'-' => Some(self.word()),
            _ => {
                self.damaged = true;
                None
            }
        }
    }

    /// A number, or one of JSON's words; null for anything else that is written without quotes, such as NaN.
    fn word(&mut self) -> Value {
        let rest = &self.bytes[self.at..];
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        // A number that ends the text may have lost digits.
        let whole = end.is_some() || self.open.is_empty();
        let read = serde_json::from_slice::<Value>(word).ok().filter(|_| whole);
        self.damaged |= read.is_none();
        read.unwrap_or_default()
    }

    fn object(&mut self) -> Value {
        let mut fields = Map::new();
        self.enter(b'}');
        while let Some(byte) = self.within() {
            // An object that begins where a name should: this one has lost its end, if it is one of a list.
            if byte == b'{' && self.open.iter().rev().nth(1) == Some(&b']') {
                self.damaged = true;
                break;
            }
            if byte != b'"' {
                self.skip();
                continue;
            }
            self.at += 1;
            let name = self.string();
            if self.peek() != Some(b':') {
                self.damaged = true;
                continue;
            }
            self.at += 1;
            let value = self.value();
            // What came first was nearer to the last place that was whole.
            fields.entry(name).or_insert_with(|| value.unwrap_or_default());
        }
        self.open.pop();
        Value::Object(fields)
    }

    fn array(&mut self) -> Value {
        let mut values = Vec::new();
        self.enter(b']');
        while self.within().is_some() {
            match self.value() {
                Some(value) => values.push(value),
                None => self.skip(),
            }
        }
        self.open.pop();
        Value::Array(values)
    }

    fn enter(&mut self, close: u8) {
        self.at += 1;
        self.open.push(close);
    }

    /// What is next in the container that is open; `None` at its end.
    fn within(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                None => {
                    self.damaged = true;
                    return None;
                }
                Some(b',') => self.at += 1,
                Some(byte @ (b'}' | b']')) => {
                    if self.open.last() == Some(&byte) {
                        self.at += 1;
                        return None;
                    }
                    self.damaged = true;
                    // The end of one that is further out ends this one too; any other is one too many.
                    if self.open.contains(&byte) {
                        return None;
                    }
                    self.at += 1;
                }
                byte => return byte,
            }
        }
    }

    fn skip(&mut self) {
        self.damaged = true;
        self.at += 1;
    }

    /// A string's text, from behind its first quote.
    fn string(&mut self) -> String {
        let mut text = Vec::new();
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut text),
                Some(byte) => text.push(byte),
                None => {
                    self.damaged = true;
                    break;
                }
            }
        }
        let read = String::from_utf8_lossy(&text);
        self.damaged |= matches!(read, std::borrow::Cow::Owned(_));
        read.into_owned()
    }

    /// What an escape stands for, from behind its backslash.
    fn escape(&mut self, text: &mut Vec<u8>) {
        let character = match self.next() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => match self.unit() {
                Some(high @ 0xd800..=0xdbff) => self.pair(high),
                Some(unit) => char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER),
                None => {
                    self.damaged = true;
                    return;
                }
            },
            Some(byte) => return text.push(byte),
            None => {
                self.damaged = true;
                return;
            }
        };
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        let unit = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    /// The second half of a character that takes two escapes.
    fn pair(&mut self, high: u16) -> char {
        if self.bytes[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            if let Some(low) = self.unit()
                && let Some(Ok(character)) = char::decode_utf16([high, low]).next()
            {
                return character;
            }
            self.at = before;
        }
        self.damaged = true;
        char::REPLACEMENT_CHARACTER
    }
}
