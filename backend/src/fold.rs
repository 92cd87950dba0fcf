//! One spelling for what people write in many: usernames are compared by it, searches look in it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What usernames are compared by: NFKC, lower case, trimmed.
pub fn username_key(username: &str) -> String {
    username
        .trim()
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect()
}

/// What the search compares: NFKD, marks off, ß to ss, lower case.
pub fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            c => folded.push(c),
        }
    }
    folded
}

/// A phone number's digits without the national 0: `079 555 01 12` and `+41 79 555 01 12` both hold
/// `795550112`.
pub fn digits(number: &str) -> String {
    let digits: String = number
        .replace("(0)", "")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_has_one_key() {
        let spellings = [
            "Zoë.Straße",
            " zoë.straße ",
            "ZOË.STRAßE",
            "zoe\u{308}.straße",
            "ｚoë.straße",
        ];
        for spelling in spellings {
            assert_eq!(username_key(spelling), "zoë.straße", "{spelling:?}");
        }
    }

    #[test]
    fn words_lose_their_marks() {
        assert_eq!(words("Zoë Dvořák-Strauß"), "zoe dvorak-strauss");
        assert_eq!(digits("079 555 01 12"), "795550112");
        assert_eq!(digits("+41 79 555 01 12"), "41795550112");
    }
}
