//! The addresses of the own account, read.

use leptos::prelude::*;

use super::add::AddPage;
use super::confirm::{EndPage, RemovePage};
use super::page::AccountPage;
use crate::paths;
use crate::ui::area::InArea;

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

impl InArea for Place {
    fn parse(path: &str) -> Option<Self> {
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

    fn address(&self) -> String {
        match self {
            Self::Account => paths::account(),
            Self::Add => paths::add_own_token(),
            Self::Remove(serial) => paths::delete_own_token(serial),
            Self::End(session) => paths::end_session(session),
            Self::EndOthers => paths::end_other_sessions(),
        }
    }

    fn lies_over(&self, page: &Self) -> bool {
        self.is_question() && !page.is_question()
    }

    fn view(self) -> AnyView {
        match self {
            Self::Account => view! { <AccountPage/> }.into_any(),
            Self::Add => view! { <AddPage/> }.into_any(),
            Self::Remove(serial) => view! { <RemovePage serial/> }.into_any(),
            Self::End(session) => view! { <EndPage session/> }.into_any(),
            Self::EndOthers => view! { <EndPage session=String::new()/> }.into_any(),
        }
    }
}

impl Place {
    fn is_question(&self) -> bool {
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
        for place in [
            Place::Account,
            Place::Add,
            Place::Remove("TOTP-7K3M9QXA".into()),
            Place::End("1".into()),
            Place::EndOthers,
        ] {
            assert_eq!(Place::parse(&place.address()), Some(place));
        }
        assert_eq!(Place::parse("/users"), None);
    }
}
