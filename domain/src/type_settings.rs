//! What an administrator may change of a token type, and what must hold between types.

mod icon;
mod language;

pub use icon::TypeIcon;
pub use language::Language;

use crate::token_type::{DescriptionRule, TokenType};
use crate::{Line, Name, Timestamp, TokenTypeId};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// What a type is, in one or two sentences, 200 characters.
pub type Help = Line<200>;

/// A type's name and help text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Named {
    /// Which.
    pub language: Language,
    /// "Authenticator app".
    pub name: Name,
    /// May be empty.
    pub help: Help,
}

/// Since when a type is obsolete, until when its tokens work, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Ending {
    /// From this instant on.
    pub since: Timestamp,
    /// Tokens verify before this instant; `None`: no longer, at once.
    pub grace_until: Option<Timestamp>,
    /// The type to take instead.
    pub follows: Option<TokenTypeId>,
}

/// What an administrator may change of a type.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Settings {
    /// English and, in the order of [`Language::ALL`], the others that there are.
    pub names: Vec<Named>,
    /// Its sign.
    pub icon: TypeIcon,
    /// Its place among the types: smaller ones come first.
    pub position: u16,
    /// Whether operators may enrol it on behalf of a user.
    pub enrollable: bool,
    /// What it asks of the description.
    pub description: DescriptionRule,
    /// At most this many tokens of it per user, 1 to 100.
    pub maximum: Option<u16>,
    /// Set when it is, or will be, obsolete.
    pub obsolete: Option<Ending>,
}

impl Settings {
    /// The largest [`Settings::maximum`].
    pub const MAXIMUM: u16 = 100;
    /// The largest [`Settings::position`].
    pub const LAST: u16 = 999;
    /// How many days after now a grace is proposed to end.
    pub const GRACE_DAYS: u32 = 90;

    /// The name and help text in this language.
    pub fn named(&self, language: Language) -> Option<&Named> {
        self.names.iter().find(|it| it.language == language)
    }

    /// The name by which operators and the audit know it.
    pub fn name(&self) -> &str {
        let english = self.named(Language::English);
        english.map_or("", |it| it.name.as_str())
    }
}

/// Why settings cannot be: each belongs to one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum BadSettings {
    /// There is no English name.
    NoName,
    /// The grace would be over already.
    GraceOver,
    /// The grace would end before the type is obsolete.
    GraceBeforeSince,
    /// A type would follow itself, directly or through others.
    FollowsItself,
    /// The type that follows is not there.
    FollowsNobody,
    /// Whoever asks could not sign in any more, now or from one of its dates on.
    LocksOut,
}

/// Whether these settings can stand beside the other types: `others` are all types and what follows each.
///
/// # Errors
/// What is wrong, the first of it. A grace that `before` had may be over.
pub fn check(
    id: TokenTypeId,
    wanted: &Settings,
    before: &Settings,
    others: &[(TokenTypeId, Option<TokenTypeId>)],
    now: Timestamp,
) -> Result<(), BadSettings> {
    if wanted.name().is_empty() {
        return Err(BadSettings::NoName);
    }
    let Some(ending) = wanted.obsolete else {
        return Ok(());
    };
    let kept = before.obsolete.and_then(|ending| ending.grace_until);
    if let Some(until) = ending.grace_until.filter(|until| Some(*until) != kept) {
        if until <= now {
            return Err(BadSettings::GraceOver);
        }
        if until <= ending.since {
            return Err(BadSettings::GraceBeforeSince);
        }
    }
    match ending.follows {
        None => Ok(()),
        Some(next) if !others.iter().any(|(it, _)| *it == next) => Err(BadSettings::FollowsNobody),
        Some(next) if leads_to(next, id, others) => Err(BadSettings::FollowsItself),
        Some(_) => Ok(()),
    }
}

/// Whether one comes from `from` to `id` by what follows what.
fn leads_to(
    from: TokenTypeId,
    id: TokenTypeId,
    others: &[(TokenTypeId, Option<TokenTypeId>)],
) -> bool {
    let follows = |it: &TokenTypeId| others.iter().find(|(other, _)| other == it)?.1;
    // no way without a loop is longer than there are types
    std::iter::successors(Some(from), follows)
        .take(others.len() + 1)
        .any(|it| it == id)
}

/// A type as the page of types shows it.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct TypeRow {
    /// As operators see it.
    pub token_type: TokenType,
    /// What may be changed of it.
    pub settings: Settings,
    /// Of the row that the form was made of.
    pub version: i64,
    /// How many tokens of it users have.
    pub tokens: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn id(n: u128) -> TokenTypeId {
        TokenTypeId(Uuid::from_u128(n))
    }

    fn settings(obsolete: Option<Ending>) -> Settings {
        Settings {
            names: vec![Named {
                language: Language::English,
                name: Name::parse("App").unwrap(),
                help: Help::default(),
            }],
            icon: TypeIcon::Smartphone,
            position: 1,
            enrollable: true,
            description: DescriptionRule::Optional,
            maximum: None,
            obsolete,
        }
    }

    fn ending(until: i64, follows: Option<u128>) -> Option<Ending> {
        Some(Ending {
            since: NOW,
            grace_until: Some(Timestamp::from_seconds(until)),
            follows: follows.map(id),
        })
    }

    fn checked(obsolete: Option<Ending>, before: Option<Ending>) -> Result<(), BadSettings> {
        let others = [
            (id(1), None),
            (id(2), Some(id(3))),
            (id(3), Some(id(1))),
            (id(4), None),
        ];
        check(id(1), &settings(obsolete), &settings(before), &others, NOW)
    }

    #[test]
    fn no_type_follows_itself_not_even_through_others() {
        for next in [1, 2, 3] {
            let refused = Err(BadSettings::FollowsItself);
            assert_eq!(checked(ending(2_000, Some(next)), None), refused, "{next}");
        }
        assert_eq!(checked(ending(2_000, Some(4)), None), Ok(()));
        let nobody = Err(BadSettings::FollowsNobody);
        assert_eq!(checked(ending(2_000, Some(5)), None), nobody);
    }

    #[test]
    fn a_grace_lies_ahead_unless_it_was_there() {
        assert_eq!(
            checked(ending(900, None), None),
            Err(BadSettings::GraceOver)
        );
        assert_eq!(checked(ending(900, None), ending(900, None)), Ok(()));
        let late = Some(Ending {
            since: Timestamp::from_seconds(3_000),
            ..ending(2_000, None).unwrap()
        });
        assert_eq!(checked(late, None), Err(BadSettings::GraceBeforeSince));
        assert_eq!(checked(None, ending(900, None)), Ok(()));
    }

    #[test]
    fn a_type_has_an_english_name() {
        let mut bare = settings(None);
        bare.names.clear();
        let refused = check(id(1), &bare, &settings(None), &[], NOW);
        assert_eq!(refused, Err(BadSettings::NoName));
    }
}
