//! The addresses of the own account, read.

use crate::paths;

/// The pages and questions below `/account`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Password, tokens, sessions.
    Account,
    /// Adding an app.
    Add,
    /// Deleting the own token with this serial.
    Remove(String),
    /// Ending another session, by its id.
    End(String),
    /// Ending all other sessions.
    EndOthers,
}

impl Place {
    /// The place at this path; `None` when the path lies elsewhere.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(paths::account().as_str())?;
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Some(Self::Account),
            ["tokens", "new"] => Some(Self::Add),
            ["tokens", serial, "delete"] => Some(Self::Remove((*serial).to_owned())),
            ["sessions", "end"] => Some(Self::EndOthers),
            ["sessions", session, "end"] => Some(Self::End((*session).to_owned())),
            _ => None,
        }
    }

    /// Whether it opens as a dialog over the page it came from.
    pub(super) fn is_question(&self) -> bool {
        match self {
            Self::Account | Self::Add => false,
            Self::Remove(_) | Self::End(_) | Self::EndOthers => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_leads_to_its_place() {
        let serial = "TOTP-7K3M9QXA";
        for (address, place) in [
            (paths::account(), Place::Account),
            (paths::add_own_token(), Place::Add),
            (
                paths::delete_own_token(serial),
                Place::Remove(serial.into()),
            ),
            (paths::end_session("1"), Place::End("1".into())),
            (paths::end_other_sessions(), Place::EndOthers),
        ] {
            assert_eq!(Place::parse(&address), Some(place), "{address}");
        }
        assert_eq!(Place::parse("/users"), None);
    }
}
