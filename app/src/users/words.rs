//! The words of the list of users: its views, its columns and its orders.

use domain::listing::{Column, Order, Show};

use crate::text::{self, Holds};

/// A view of the list of users.
pub(super) fn users_shown(show: Show) -> &'static str {
    match show {
        Show::All => "All",
        Show::CannotSignIn => "Cannot sign in",
        Show::Obsolete => "Obsolete tokens",
        Show::WaitingOrLocked => "Waiting or locked",
    }
}

/// Title and sentence of a view with nobody in it; nothing for the view of everybody.
pub(super) fn nobody_shown(show: Show) -> Option<(&'static str, &'static str)> {
    match show {
        Show::All => None,
        Show::CannotSignIn => Some((
            "Everybody can sign in",
            "All users here have a token that lets them sign in.",
        )),
        Show::Obsolete => Some((
            "No obsolete tokens",
            "No token here is of a type that is to be replaced.",
        )),
        Show::WaitingOrLocked => Some((
            "Nobody waits",
            "No user and no token here waits or is locked.",
        )),
    }
}

/// The head of a column of the list of users.
pub(super) fn column(column: Column) -> &'static str {
    match column {
        Column::Name => "Name",
        Column::Username => "Username",
        Column::Department => "Department",
        Column::Realm => "Realm",
        Column::LastUsed => "Last used",
    }
}

/// "Sorted by last used, newest first".
pub(super) fn users_sorted(order: Order) -> String {
    let holds = match order.column {
        Column::LastUsed => Holds::Past,
        Column::Name | Column::Username | Column::Department | Column::Realm => Holds::Words,
    };
    text::sorted(column(order.column), holds, order.descending)
}
