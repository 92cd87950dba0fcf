//! The addresses of a user's pages, read, and the component of each. A new page or action costs a line in
//! each match here.

use domain::Action;
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
    /// An action on the token with this serial.
    Of(Action, String),
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
            [serial] => Place::Of(Action::View, (*serial).to_owned()),
            [serial, word] => match Action::parse(word) {
                None | Some(Action::View) => return None,
                Some(action) => Place::Of(action, (*serial).to_owned()),
            },
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
            Place::Of(action, serial) => paths::action(*action, user, serial),
        }
    }

    fn lies_over(&self, page: &Self) -> bool {
        self.is_action() && !page.is_action() && page.user == self.user
    }

    fn role(&self) -> Option<&'static str> {
        let lasting = matches!(
            self.place,
            Place::Of(Action::Delete, _) | Place::User(UserPlace::Delete)
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
            Place::Of(action, serial) => view_of(action, user, serial),
        }
    }
}

impl Here {
    fn is_action(&self) -> bool {
        match self.place {
            Place::User(place) => place.is_action(),
            Place::List | Place::New | Place::NewOf(_) | Place::Of(Action::View, _) => false,
            Place::Of(_, _) => true,
        }
    }
}

/// The component of an action on a token.
fn view_of(action: Action, user: String, serial: String) -> AnyView {
    match action {
        Action::View => view! { <TokenPage user serial/> }.into_any(),
        Action::Test => view! { <TestPage user serial/> }.into_any(),
        Action::Disable => view! { <DisablePage user serial/> }.into_any(),
        Action::Enable => view! { <EnablePage user serial/> }.into_any(),
        Action::Unlock => view! { <UnlockPage user serial/> }.into_any(),
        Action::UnlockAndReset => view! { <ResetPage user serial unlocks=true/> }.into_any(),
        Action::Reset => view! { <ResetPage user serial unlocks=false/> }.into_any(),
        Action::Edit => view! { <EditPage user serial/> }.into_any(),
        Action::Replace => view! { <ReplacePage user serial/> }.into_any(),
        Action::Delete => view! { <DeletePage user serial/> }.into_any(),
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
        ] {
            assert_eq!(
                Here::parse(address).map(|here| here.address()).as_deref(),
                Some(address)
            );
        }
    }

    #[test]
    fn each_action_has_its_address() {
        for action in Action::ALL {
            let here = Here {
                user: "1".to_owned(),
                place: Place::Of(action, "TOTP-7K3M9QXA".to_owned()),
            };
            assert_eq!(Here::parse(&here.address()), Some(here));
        }
    }

    #[test]
    fn other_addresses_are_not_here() {
        for address in [
            "/users",
            "/users/new",
            "/users/1/tokens/A/view",
            "/users/1/tokens/A/nothing",
            "/users/1/tokens/A/B/C",
        ] {
            assert_eq!(Here::parse(address), None, "{address}");
        }
    }
}
