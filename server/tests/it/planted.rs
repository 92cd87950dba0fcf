//! What was planted, in every spelling it could have leaked in, and all that this process logs.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::level_filters::LevelFilter;

/// Everything this process logs, from the first test that asks on.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// All threads write into it, for a page may be answered by any of them.
    pub fn start() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                // the end of a colour would stand before a code as if it were part of it
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
            log
        })
        .clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What was planted, in every spelling it could have leaked in.
#[derive(Default)]
pub struct Planted {
    seeds: Vec<String>,
    words: Vec<String>,
    pub codes: Vec<String>,
}

impl Planted {
    pub fn seed(&mut self, seed: &[u8], text: &str) {
        let hex: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        let array = format!("{seed:?}");
        let spaced = text.as_bytes().chunks(4).map(String::from_utf8_lossy);
        let spaced = spaced.collect::<Vec<_>>().join(" ");
        let base64 = base64(seed);
        let url_safe = base64.replace('+', "-").replace('/', "_");
        self.seeds.extend([
            text.to_owned(),
            text.to_lowercase(),
            spaced,
            hex.to_uppercase(),
        ]);
        self.seeds.extend([hex, array, base64, url_safe]);
    }

    pub fn word(&mut self, word: &str) {
        let encoded: String = form_urlencoded::byte_serialize(word.as_bytes()).collect();
        let percent = encoded.replace('+', "%20");
        let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        let escaped = word.replace('&', "&amp;");
        self.words.extend([
            word.to_owned(),
            encoded,
            percent,
            hex,
            escaped,
            base64(word.as_bytes()),
        ]);
    }

    /// Nothing of it in `text`. Codes are short: they count where they stand as a number of their own.
    pub fn nowhere_in(&self, text: &str, what: &str) {
        self.no_word_in(text, what);
        for seed in &self.seeds {
            assert!(!text.contains(seed), "a seed in {what}");
        }
    }

    pub fn no_word_in(&self, text: &str, what: &str) {
        for word in &self.words {
            assert!(!text.contains(word), "a password or link in {what}");
        }
        for code in &self.codes {
            assert!(!stands_in(text, code), "a code in {what}");
        }
    }
}

fn stands_in(text: &str, code: &str) -> bool {
    text.match_indices(code).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + code.len()..].chars().next();
        // The fraction of an instant and part of an id are not it.
        let alone = |it: Option<char>| {
            it.is_none_or(|it| !it.is_ascii_alphanumeric() && !matches!(it, '.' | '-'))
        };
        alone(before) && alone(after)
    })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let letter = bits >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

#[test]
fn a_planted_code_is_found_where_it_stands_alone() {
    assert!(stands_in("code=755224&do=", "755224"));
    assert!(stands_in("(1,755224,t)", "755224"));
    assert!(!stands_in("12:01:00.755224+00", "755224"));
    assert_eq!(base64(b"planted"), "cGxhbnRlZA");
}
