//! One line of text that people type: trimmed, bounded, and free of what could hide or forge text.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// One line of at most `MAX` characters, trimmed, without control characters and bidi overrides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// What an operator calls a device, 60 characters.
pub type Description = Line<60>;
/// A name of a person, realm, type, role or client, 80 characters.
pub type Name = Line<80>;
/// Why an operator did something, 200 characters.
pub type Reason = Line<200>;

/// What a browser calls itself, 200 characters.
pub type Agent = Line<200>;

/// Why a line was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLine {
    /// Longer than this many characters.
    TooLong(usize),
    /// Holds a control character, a line break or a bidi override.
    Unprintable,
}

impl<const MAX: usize> Line<MAX> {
    /// Trims and checks; an empty line is a line.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let text = text.trim();
        if text.chars().any(is_unprintable) {
            return Err(BadLine::Unprintable);
        }
        if text.chars().count() > MAX {
            return Err(BadLine::TooLong(MAX));
        }
        Ok(Self(text.to_owned()))
    }

    /// Of what a program sent: what cannot be printed is dropped, and what is too long is cut.
    pub fn cut(text: &str) -> Self {
        let printable = text.chars().filter(|c| !is_unprintable(*c));
        let start: String = printable.take(MAX).collect();
        Self(start.trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|bad| format!("{bad:?}"))
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0
    }
}

/// Control characters, and the characters that reorder or hide what stands around them (bidi
/// embeddings, overrides and isolates; line and paragraph separators).
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_sent_is_made_to_fit() {
        assert_eq!(Line::<8>::cut(" a\r\nb\u{202e}\u{7} c").as_str(), "ab c");
        assert_eq!(Line::<8>::cut(&"é".repeat(9)).as_str(), "é".repeat(8));
        assert!(Line::<8>::cut("\t\0").is_empty());
    }

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(
            Description::parse("  Zoë's phone ").map(String::from),
            Ok("Zoë's phone".into())
        );
        assert!(Description::parse(&"é".repeat(60)).is_ok());
        assert_eq!(
            Description::parse(&"é".repeat(61)),
            Err(BadLine::TooLong(60))
        );
    }

    #[test]
    fn what_hides_text_is_refused() {
        for bad in ["a\0b", "a\nb", "a\u{202e}b", "a\u{2066}b", "\u{7}x"] {
            assert_eq!(
                Description::parse(bad),
                Err(BadLine::Unprintable),
                "{bad:?}"
            );
        }
        assert!(Description::parse("👩‍👩‍👧 family, <script>").is_ok());
    }
}
