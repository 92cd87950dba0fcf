//! A token's menu: what can be done, and what cannot be now, with its reason.

use domain::{Action, Offer, Token, User};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::ui::menu::{MenuItem, RowMenu};
use crate::{paths, text};

/// The button and the menu of one token.
pub(super) fn row_menu(
    user: &User,
    token: &Token,
    offers: &[Offer],
    clock: &Clock,
) -> impl IntoView + use<> {
    let item = |offer: &Offer| {
        let (icon, label) = (text::action_icon(offer.action), text::action(offer.action));
        let key = text::action_key(offer.action);
        match offer.blocked {
            Some(why) => MenuItem::Blocked {
                icon,
                label,
                key,
                reason: text::blocked(why, clock),
            },
            None => MenuItem::Link {
                href: paths::action(offer.action, user.id, &token.serial),
                icon,
                label,
                key,
                danger: offer.action == Action::Delete,
            },
        }
    };
    let group = |number| {
        offers
            .iter()
            .filter(|offer| group(offer.action) == number)
            .map(item)
            .collect::<Vec<_>>()
    };
    let groups = vec![group(0), group(1), group(2)];
    let id = format!("menu-{}", token.serial);
    view! { <RowMenu id name=token.name() groups/> }
}

/// Looking and trying, then changing, then removing.
fn group(action: Action) -> u8 {
    match action {
        Action::View | Action::Edit | Action::Test => 0,
        Action::Disable
        | Action::Enable
        | Action::Unlock
        | Action::UnlockAndReset
        | Action::Reset
        | Action::Replace => 1,
        Action::Delete => 2,
    }
}
