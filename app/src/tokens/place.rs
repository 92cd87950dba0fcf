//! The addresses of a user's pages, read, and the component of each. A new page or action costs a line in
//! each match here.

use leptos::prelude::*;

use super::add::AddToken;
use super::delete::DeletePage;
use super::disable::DisablePage;
use super::edit::EditPage;
use super::enable::EnablePage;
use super::enrol::EnrolToken;
use super::list::TokenList;
use super::replace::ReplacePage;
use super::reset::ResetPage;
use super::test::TestPage;
use super::unlock::UnlockPage;
use super::view::TokenPage;
use crate::paths;
use crate::ui::area::InArea;
use crate::users::place::UserPlace;

/// A user, and which page about that user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Here {
    /// The user's id, as it stands in the address.
    pub user: String,
    /// The page or action.
    pub place: Place,
}

/// The pages and actions below `/users/{user}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// One of the user's own pages.
    User(UserPlace),
    /// The list.
    List,
    /// Choosing a type.
    New,
    /// Enrolling a token of the type with this slug.
    NewOf(String),
    /// One token, by its serial.
    View(String),
    /// Testing it.
    Test(String),
    /// Disabling it.
    Disable(String),
    /// Enabling it.
    Enable(String),
    /// Unlocking it.
    Unlock(String),
    /// Unlocking it and bringing it back in step.
    UnlockAndReset(String),
    /// Bringing it back in step.
    Reset(String),
    /// Editing it.
    Edit(String),
    /// Replacing it.
    Replace(String),
    /// Deleting it.
    Delete(String),
}

impl InArea for Here {
    fn parse(path: &str) -> Option<Self> {
        if let Some((user, place)) = UserPlace::parse(path) {
            let place = Place::User(place);
            return Some(Self { user, place });
        }
        let rest = path.strip_prefix("/users/")?;
        let (user, rest) = rest.split_once("/tokens")?;
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        let place = match parts.as_slice() {
            [] => Place::List,
            ["new"] => Place::New,
            ["new", slug] => Place::NewOf((*slug).to_owned()),
            [serial] => Place::View((*serial).to_owned()),
            [serial, "test"] => Place::Test((*serial).to_owned()),
            [serial, "disable"] => Place::Disable((*serial).to_owned()),
            [serial, "enable"] => Place::Enable((*serial).to_owned()),
            [serial, "unlock"] => Place::Unlock((*serial).to_owned()),
            [serial, "unlock-and-reset"] => Place::UnlockAndReset((*serial).to_owned()),
            [serial, "reset"] => Place::Reset((*serial).to_owned()),
            [serial, "edit"] => Place::Edit((*serial).to_owned()),
            [serial, "replace"] => Place::Replace((*serial).to_owned()),
            [serial, "delete"] => Place::Delete((*serial).to_owned()),
            _ => return None,
        };
        (!user.contains('/')).then(|| Self {
            user: user.to_owned(),
            place,
        })
    }

    fn address(&self) -> String {
        let user = &self.user;
        match &self.place {
            Place::User(place) => place.address(user),
            Place::List => paths::tokens(user),
            Place::New => paths::new_token(user),
            Place::NewOf(slug) => paths::new_token_of(user, slug),
            Place::View(serial) => paths::token(user, serial),
            Place::Test(serial) => paths::test_token(user, serial),
            Place::Disable(serial) => paths::disable_token(user, serial),
            Place::Enable(serial) => paths::enable_token(user, serial),
            Place::Unlock(serial) => paths::unlock_token(user, serial),
            Place::UnlockAndReset(serial) => paths::unlock_and_reset_token(user, serial),
            Place::Reset(serial) => paths::reset_token(user, serial),
            Place::Edit(serial) => paths::edit_token(user, serial),
            Place::Replace(serial) => paths::replace_token(user, serial),
            Place::Delete(serial) => paths::delete_token(user, serial),
        }
    }

    fn lies_over(&self, page: &Self) -> bool {
        self.is_action() && !page.is_action() && page.user == self.user
    }

    fn role(&self) -> Option<&'static str> {
        let lasting = matches!(
            self.place,
            Place::Delete(_) | Place::User(UserPlace::Delete)
        );
        lasting.then_some("alertdialog")
    }

    fn view(self) -> AnyView {
        let user = self.user;
        match self.place {
            Place::User(place) => place.view(user),
            Place::List => view! { <TokenList user/> }.into_any(),
            Place::New => view! { <AddToken user/> }.into_any(),
            Place::NewOf(slug) => view! { <EnrolToken user slug/> }.into_any(),
            Place::View(serial) => view! { <TokenPage user serial/> }.into_any(),
            Place::Test(serial) => view! { <TestPage user serial/> }.into_any(),
            Place::Disable(serial) => view! { <DisablePage user serial/> }.into_any(),
            Place::Enable(serial) => view! { <EnablePage user serial/> }.into_any(),
            Place::Unlock(serial) => view! { <UnlockPage user serial/> }.into_any(),
            Place::UnlockAndReset(serial) => {
                view! { <ResetPage user serial unlocks=true/> }.into_any()
            }
            Place::Reset(serial) => view! { <ResetPage user serial unlocks=false/> }.into_any(),
            Place::Edit(serial) => view! { <EditPage user serial/> }.into_any(),
            Place::Replace(serial) => view! { <ReplacePage user serial/> }.into_any(),
            Place::Delete(serial) => view! { <DeletePage user serial/> }.into_any(),
        }
    }
}

impl Here {
    fn is_action(&self) -> bool {
        match self.place {
            Place::User(place) => place.is_action(),
            Place::List | Place::New | Place::NewOf(_) | Place::View(_) => false,
            Place::Test(_)
            | Place::Disable(_)
            | Place::Enable(_)
            | Place::Unlock(_)
            | Place::UnlockAndReset(_)
            | Place::Reset(_)
            | Place::Edit(_)
            | Place::Replace(_)
            | Place::Delete(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_itself() {
        for address in [
            "/users/1/tokens",
            "/users/1/tokens/new",
            "/users/1/tokens/new/authenticator-app",
            "/users/1/tokens/TOTP-7K3M9QXA",
            "/users/1/tokens/TOTP-7K3M9QXA/test",
            "/users/1/tokens/TOTP-7K3M9QXA/disable",
            "/users/1/tokens/TOTP-7K3M9QXA/enable",
            "/users/1/tokens/TOTP-7K3M9QXA/unlock",
            "/users/1/tokens/TOTP-7K3M9QXA/unlock-and-reset",
            "/users/1/tokens/TOTP-7K3M9QXA/reset",
            "/users/1/tokens/TOTP-7K3M9QXA/edit",
            "/users/1/tokens/TOTP-7K3M9QXA/replace",
            "/users/1/tokens/TOTP-7K3M9QXA/delete",
        ] {
            assert_eq!(
                Here::parse(address).map(|here| here.address()).as_deref(),
                Some(address)
            );
        }
    }

    #[test]
    fn other_addresses_are_not_here() {
        for address in ["/users", "/users/new", "/users/1/tokens/A/B/C"] {
            assert_eq!(Here::parse(address), None, "{address}");
        }
    }
}
