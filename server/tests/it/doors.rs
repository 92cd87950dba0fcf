//! Every door stands in one table, and a test counts the doors: each server function and each page,
//! tried by everybody who must not come in, and by whoever holds no more than it takes.

mod closed;
mod functions;
mod own;
mod pages;
mod privileges;
mod target;

use std::collections::BTreeSet;

use domain::Privilege;
use leptos::server_fn::axum::server_fn_paths;

use crate::demo::ALL_PAGES;
use functions::FUNCTIONS;
use pages::PAGES;

/// Who may come in at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Opens {
    /// Everybody: signing in and one-time links.
    Stranger,
    /// Whoever is signed in.
    Operator,
    /// Whoever holds each of these in the user's realm.
    With(&'static [Privilege]),
}

impl Opens {
    fn takes(self, privilege: Privilege) -> bool {
        self.privileges().contains(&privilege)
    }

    fn privileges(self) -> &'static [Privilege] {
        match self {
            Self::Stranger | Self::Operator => &[],
            Self::With(privileges) => privileges,
        }
    }
}

/// A door: its address and what is brought along, in the words of a [`target::Target`].
struct Door {
    path: &'static str,
    opens: Opens,
    brings: &'static str,
}

const fn door(path: &'static str, opens: Opens, brings: &'static str) -> Door {
    Door {
        path,
        opens,
        brings,
    }
}

#[test]
fn every_door_stands_in_the_table() {
    // The demonstration page of these tests is none of the console's.
    let built: BTreeSet<&str> = server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with("/call/demo-"))
        .collect();
    let listed = FUNCTIONS.iter().map(|door| door.path).collect();
    assert_eq!(built, listed, "server functions");

    let routes = ALL_PAGES.0.routes.clone();
    let built: BTreeSet<String> = routes
        .iter()
        .map(|route| route.path().replace('{', ":").replace('}', ""))
        .collect();
    let listed = PAGES.iter().map(|page| page.path.to_owned()).collect();
    assert_eq!(built, listed, "pages");
}
