//! The orders of a user's tokens: their words in addresses, the heads that lead to them.

use std::cmp::Ordering;

use domain::Token;
use leptos::prelude::*;

use crate::clock::Clock;
use crate::letters::lower;
use crate::text::{self, Holds};
use crate::ui::table::{Order, SortHead};

/// A column that the list can be ordered by.
struct Column {
    /// Its word in addresses.
    word: &'static str,
    label: &'static str,
    /// Whether it leaves when the table is narrow.
    wide: bool,
    holds: Holds,
}

const COLUMNS: [Column; 5] = [
    column("token", "Token", false, Holds::Words),
    column("status", "Status", false, Holds::Words),
    column("last-used", "Last used", false, Holds::Past),
    column("updated", "Updated", true, Holds::Past),
    column("expires", "Expires", false, Holds::Future),
];

const fn column(word: &'static str, label: &'static str, wide: bool, holds: Holds) -> Column {
    Column {
        word,
        label,
        wide,
        holds,
    }
}

/// The order of an address, said: "Sorted by last used, newest first". Nothing in the list's own order.
pub(super) fn sorted(order: &str) -> Option<String> {
    let (word, descending) = parts(order);
    let column = COLUMNS.iter().find(|column| column.word == word)?;
    Some(text::sorted(column.label, column.holds, descending))
}

/// The column of an order and whether the last of it comes first.
fn parts(order: &str) -> (&str, bool) {
    match order.strip_prefix('-') {
        Some(word) => (word, true),
        None => (order, false),
    }
}

fn in_address(word: &str, descending: bool) -> String {
    let sign = if descending { "-" } else { "" };
    format!("{sign}{word}")
}

/// The heads of all columns, each the way to its next order.
pub(super) fn heads(show: &str, order: &str) -> Vec<AnyView> {
    let mut heads = Vec::new();
    let (by, descending) = parts(order);
    for Column {
        word,
        label,
        wide,
        holds,
    } in COLUMNS
    {
        let begins_descending = holds == Holds::Past;
        let chosen = (by == word).then_some(match descending {
            true => Order::Descending,
            false => Order::Ascending,
        });
        // one way, the other way, and back to the list's own order
        let next = match chosen {
            None => in_address(word, begins_descending),
            Some(_) if descending == begins_descending => in_address(word, !begins_descending),
            Some(_) => String::new(),
        };
        let href = address(show, &next);
        heads.push(view! { <SortHead label href order=chosen wide/> }.into_any());
        if word == "token" {
            heads.push(view! { <th scope="col" role="columnheader">"Device"</th> }.into_any());
        }
    }
    heads.push(
        view! {
            <th scope="col" role="columnheader" class="shrink">
                <span class="visually-hidden">"Actions"</span>
            </th>
        }
        .into_any(),
    );
    heads
}

/// The list with this view and order.
pub(super) fn address(show: &str, order: &str) -> String {
    match order {
        "" => format!("?show={show}"),
        order => format!("?show={show}&order={order}"),
    }
}

/// Puts tokens in an order; they stay as they are in one that is none of ours.
pub(super) fn sort(tokens: &mut [Token], order: &str, clock: &Clock) {
    let (by, backwards) = parts(order);
    tokens.sort_by(|one, other| compare(by, one, other, clock));
    if backwards && COLUMNS.iter().any(|column| column.word == by) {
        tokens.reverse();
    }
}

fn compare(by: &str, one: &Token, other: &Token, clock: &Clock) -> Ordering {
    let name = |token: &Token| lower(&token.name());
    let status = |token: &Token| text::status(token.status(clock.now)).2;
    // what never expires comes after all that does
    let expires = |token: &Token| (token.expires_at.is_none(), token.expires_at);
    match by {
        "token" => name(one).cmp(&name(other)),
        "status" => status(one).cmp(status(other)),
        "last-used" => one.last_used_at.cmp(&other.last_used_at),
        "updated" => one.updated_at.cmp(&other.updated_at),
        "expires" => expires(one).cmp(&expires(other)),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_said_in_words() {
        for (order, said) in [
            ("-last-used", Some("Sorted by last used, newest first")),
            ("expires", Some("Sorted by expires, soonest first")),
            ("token", Some("Sorted by token, A first")),
            ("", None),
            ("seed", None),
        ] {
            assert_eq!(sorted(order).as_deref(), said, "{order}");
        }
    }
}
