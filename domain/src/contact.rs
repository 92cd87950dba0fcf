//! How a person can be reached, as it is typed: one number or address on each line.
#![deny(clippy::wildcard_enum_match_arm)]

use crate::{BadLine, ContactKind, Name};

/// Contacts of one kind that a user has at most.
pub const MOST: usize = 20;

/// Why a number or an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadContact {
    /// Too long, or unprintable.
    Line(BadLine),
    /// Not 3 to 20 digits with blanks and `+ - ( ) / .` between them.
    Number,
    /// Not a name, one `@` and a host, without blanks.
    Address,
    /// It stands on an earlier line already.
    Twice,
    /// More than [`MOST`].
    TooMany,
}

/// One number or address, kept as it was typed.
///
/// # Errors
/// [`BadContact`], but for [`BadContact::Twice`] and [`BadContact::TooMany`].
pub fn parse(kind: ContactKind, text: &str) -> Result<Name, BadContact> {
    let value = Name::parse(text).map_err(BadContact::Line)?;
    match kind {
        ContactKind::Phone if is_number(value.as_str()) => Ok(value),
        ContactKind::Phone => Err(BadContact::Number),
        ContactKind::Email if is_address(value.as_str()) => Ok(value),
        ContactKind::Email => Err(BadContact::Address),
    }
}

/// All that stand on lines of their own, the preferred one first; empty lines are none.
///
/// # Errors
/// The number of the first line that was refused, from 1, and why.
pub fn parse_lines(kind: ContactKind, text: &str) -> Result<Vec<Name>, (usize, BadContact)> {
    let mut contacts: Vec<Name> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if contacts.len() == MOST {
            return Err((at + 1, BadContact::TooMany));
        }
        let contact = parse(kind, line).map_err(|bad| (at + 1, bad))?;
        let key = compared(kind, contact.as_str());
        if contacts
            .iter()
            .any(|other| compared(kind, other.as_str()) == key)
        {
            return Err((at + 1, BadContact::Twice));
        }
        contacts.push(contact);
    }
    Ok(contacts)
}

/// What contacts are compared by: the digits of a number, an address in lower case.
pub fn compared(kind: ContactKind, value: &str) -> String {
    match kind {
        ContactKind::Phone => {
            let digits = value.replace("(0)", "");
            let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            digits.trim_start_matches('0').to_owned()
        }
        ContactKind::Email => value.to_lowercase(),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || " +-()/.".contains(c))
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_kept_as_they_are_typed() {
        for number in [
            "+41 79 555 01 12",
            "079/555-01.12",
            "+49 (0)30 901820",
            "117",
        ] {
            let kept = parse(ContactKind::Phone, number).map(String::from);
            assert_eq!(kept.as_deref(), Ok(number));
        }
        for other in [
            "12",
            "call me",
            "+41 79 555 01 12 x3",
            "١٢٣٤٥٦",
            "",
            "+".repeat(9).as_str(),
        ] {
            assert_eq!(
                parse(ContactKind::Phone, other),
                Err(BadContact::Number),
                "{other:?}"
            );
        }
        assert!(parse(ContactKind::Email, "anna.keller@example.org").is_ok());
        for other in [
            "anna",
            "@example.org",
            "anna@",
            "a@b@c",
            "an na@example.org",
        ] {
            assert_eq!(
                parse(ContactKind::Email, other),
                Err(BadContact::Address),
                "{other:?}"
            );
        }
    }

    #[test]
    fn lines_are_contacts_and_none_stands_twice() {
        let lines = parse_lines(
            ContactKind::Phone,
            "\r\n+41 79 555 01 12\r\n\r\n 044 555 01 13 ",
        );
        let lines: Vec<String> = lines
            .unwrap_or_default()
            .into_iter()
            .map(String::from)
            .collect();
        assert_eq!(lines, ["+41 79 555 01 12", "044 555 01 13"]);
        let twice = parse_lines(ContactKind::Phone, "+41 79 555 01 12\n0041 (0)79 5550112");
        assert_eq!(twice, Err((2, BadContact::Twice)));
        let twice = parse_lines(ContactKind::Email, "a@b.org\n\nA@B.org");
        assert_eq!(twice, Err((3, BadContact::Twice)));
        let many = "a@b.org\n"
            .repeat(MOST)
            .lines()
            .enumerate()
            .fold(String::new(), |all, (at, line)| {
                all + &format!("{at}{line}\n")
            });
        assert_eq!(
            parse_lines(ContactKind::Email, &many).map(|all| all.len()),
            Ok(MOST)
        );
        let more = many + "c@d.org";
        assert_eq!(
            parse_lines(ContactKind::Email, &more),
            Err((MOST + 1, BadContact::TooMany))
        );
        let control = parse_lines(ContactKind::Email, "a\u{7}@b.org");
        assert_eq!(control, Err((1, BadContact::Line(BadLine::Unprintable))));
    }
}
