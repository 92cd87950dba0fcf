//! The dates on which a token changes by itself.

use super::Token;
use crate::Timestamp;

impl Token {
    /// Its own dates, past ones too: when it expires, and when its disablement ends.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let until = self.disabled.as_ref().and_then(|it| it.until);
        [self.expires_at, until].into_iter().flatten()
    }
}

/// The first instant after `now` at which what is derived of a user changes because one of these tokens
/// does so by itself; `None`: never. The dates of types are left out: a million users share them, and none
/// of these is to be written anew because one type was.
pub fn derived_until(tokens: &[Token], now: Timestamp) -> Option<Timestamp> {
    let dates = tokens.iter().flat_map(Token::dates);
    dates.filter(|at| *at > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::action::tests::token;
    use crate::token::Disabled;
    use crate::token_type::Obsolete;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    const NOW: Timestamp = at(1_000);

    fn expiring(seconds: i64) -> Token {
        let mut token = token(Kind::Totp);
        token.expires_at = Some(at(seconds));
        token
    }

    fn disabled(until: Option<i64>) -> Token {
        let mut token = token(Kind::Hotp);
        token.disabled = Some(Disabled {
            at: at(500),
            until: until.map(at),
            by: String::new(),
            reason: String::new(),
        });
        token
    }

    #[test]
    fn what_is_derived_holds_until_a_token_expires_or_is_disabled_no_longer() {
        let until = |tokens: &[Token]| derived_until(tokens, NOW);
        assert_eq!(until(&[]), None);
        assert_eq!(until(&[token(Kind::Totp), disabled(None)]), None);
        assert_eq!(until(&[expiring(1_001)]), Some(at(1_001)));
        assert_eq!(until(&[disabled(Some(1_001))]), Some(at(1_001)));
        let tokens = [expiring(1_300), disabled(Some(1_200)), expiring(1_400)];
        assert_eq!(until(&tokens), Some(at(1_200)), "the next one");
        let mut both = disabled(Some(1_200));
        both.expires_at = Some(at(1_100));
        assert_eq!(until(&[both]), Some(at(1_100)));
    }

    #[test]
    fn an_instant_that_has_come_changes_nothing_any_more() {
        let come = [expiring(1_000), disabled(Some(1_000)), expiring(900)];
        assert_eq!(derived_until(&come, NOW), None);
        let next = [expiring(900), expiring(1_100)];
        assert_eq!(derived_until(&next, NOW), Some(at(1_100)));
    }

    #[test]
    fn the_dates_of_a_type_are_no_user_s() {
        let mut token = token(Kind::Totp);
        token.token_type.obsolete = Some(Obsolete {
            since: at(1_100),
            followed_by: None,
            grace_until: Some(at(1_200)),
        });
        assert_eq!(derived_until(&[token.clone()], NOW), None);
        let dates: Vec<_> = token.token_type.dates().collect();
        assert_eq!(dates, [at(1_100), at(1_200)]);
    }
}
