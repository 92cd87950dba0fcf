//! The addresses of one user's own pages, read.

use leptos::prelude::*;

use super::delete::DeleteUserPage;
use super::edit::EditUserPage;
use super::switch::{DisableUserPage, EnableUserPage};
use super::{UnlockUserPage, UserActivityPage, UserPage};
use crate::paths;

/// The pages and actions below `/users/{user}`, but for the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPlace {
    /// At a glance.
    Overview,
    /// What happened.
    Activity,
    /// Changing names and contacts.
    Edit,
    /// Unlocking the user.
    Unlock,
    /// Disabling the user.
    Disable,
    /// Enabling the user.
    Enable,
    /// Deleting the user.
    Delete,
}

impl UserPlace {
    /// The user's id and the place at this path; `None` when the path lies elsewhere.
    pub fn parse(path: &str) -> Option<(String, Self)> {
        let rest = path.strip_prefix("/users/")?.trim_end_matches('/');
        let (user, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let place = match rest {
            "" => Self::Overview,
            "activity" => Self::Activity,
            "edit" => Self::Edit,
            "unlock" => Self::Unlock,
            "disable" => Self::Disable,
            "enable" => Self::Enable,
            "delete" => Self::Delete,
            _ => return None,
        };
        // where one is added stands beside the users
        (!user.is_empty() && user != "new").then(|| (user.to_owned(), place))
    }

    /// Its address.
    pub fn address(self, user: &str) -> String {
        match self {
            Self::Overview => paths::user(user),
            Self::Activity => paths::user_activity(user),
            Self::Edit => paths::edit_user(user),
            Self::Unlock => paths::unlock_user(user),
            Self::Disable => paths::disable_user(user),
            Self::Enable => paths::enable_user(user),
            Self::Delete => paths::delete_user(user),
        }
    }

    /// Whether it opens as a dialog over the page it came from.
    pub fn is_action(self) -> bool {
        match self {
            Self::Overview | Self::Activity | Self::Edit => false,
            Self::Unlock | Self::Disable | Self::Enable | Self::Delete => true,
        }
    }

    /// Its page.
    pub fn view(self, user: String) -> AnyView {
        match self {
            Self::Overview => view! { <UserPage user/> }.into_any(),
            Self::Activity => view! { <UserActivityPage user/> }.into_any(),
            Self::Edit => view! { <EditUserPage user/> }.into_any(),
            Self::Unlock => view! { <UnlockUserPage user/> }.into_any(),
            Self::Disable => view! { <DisableUserPage user/> }.into_any(),
            Self::Enable => view! { <EnableUserPage user/> }.into_any(),
            Self::Delete => view! { <DeleteUserPage user/> }.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_itself() {
        for address in [
            "/users/1",
            "/users/1/activity",
            "/users/1/edit",
            "/users/1/unlock",
            "/users/1/disable",
            "/users/1/enable",
            "/users/1/delete",
        ] {
            let there = UserPlace::parse(address).map(|(user, place)| place.address(&user));
            assert_eq!(there.as_deref(), Some(address));
        }
    }

    #[test]
    fn other_addresses_are_not_here() {
        for address in [
            "/users",
            "/users/",
            "/users/new",
            "/users/1/tokens",
            "/users/1/edit/2",
        ] {
            assert_eq!(UserPlace::parse(address), None, "{address}");
        }
    }
}
