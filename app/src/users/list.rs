//! The list of users: search, filters, rows, pages. All that it shows is in its address.

use domain::listing::{Column, Order, Show};
use domain::page::{Count, Page};
use domain::people::{List, Mark, TokenChip, UserRow};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::call::ListUsers;
use super::search::{SearchBar, realm_choice};
use super::words;
use crate::clock::{Clock, Seen};
use crate::paths::{self, UsersLike};
use crate::text;
use crate::ui::avatar::Avatar;
use crate::ui::badge::{Note, Tone};
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Empty};
use crate::ui::table::{self, Pager, SortHead, Sorted};
use crate::ui::time::Time;
use crate::ui::title::Title;

/// Chips of a row; the others are counted.
const CHIPS: usize = 4;

/// The list with its search.
#[component]
pub fn UsersPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let get = |name| query.with(|query| query.get(name)).unwrap_or_default();
        ListUsers {
            words: get("q"),
            realm: get("realm"),
            show: get("show"),
            order: get("order"),
            page: get("page"),
        }
    };
    let load = use_load(asked);
    view! {
        <Title text="Users"/>
        <Topbar above=Vec::new() here="Users"/>
        <PageHeader title="Users">
            <Loaded load what="users" let:seen>
                {seen.it.may_add.then(add)}
            </Loaded>
        </PageHeader>
        <Loaded load what="users" let:seen>
            {tabs(seen.it.page.count, asked)}
        </Loaded>
        <Sorted words=move || {
            let order = query.with(|query| query.get("order"));
            order.map(|order| words::users_sorted(Order::parse(&order)))
        }/>
        // Outside what is loaded again: nobody's typing is lost when an answer comes.
        <SearchBar>
            <Loaded load what="realms" let:seen>
                {realm_choice(&seen.it.realms, &untrack(asked))}
            </Loaded>
        </SearchBar>
        <Loaded load what="users" let:seen>
            {list(seen, &untrack(asked))}
        </Loaded>
    }
}

fn add() -> AnyView {
    view! {
        <a class="btn" href=paths::new_user()>
            <Icon icon=Icon::Plus/>
            "Add user"
        </a>
    }
    .into_any()
}

fn list(Seen { clock, it }: Seen<List>, asked: &ListUsers) -> AnyView {
    if it.page.rows.is_empty() {
        empty(asked)
    } else {
        rows(&it.page, &clock, asked)
    }
}

/// The same list as it was asked for, from its first page.
fn like(asked: &ListUsers) -> UsersLike {
    UsersLike {
        words: asked.words.clone(),
        realm: asked.realm.clone(),
        show: Show::parse(&asked.show).as_str().to_owned(),
        order: in_address(Order::parse(&asked.order)),
        page: String::new(),
    }
}

/// The order of names needs no word.
fn in_address(order: Order) -> String {
    match order == Order::default() {
        true => String::new(),
        false => order.to_string(),
    }
}

/// The filters: they lead on from what is asked for now, even while its answer is still on its way.
fn tabs(count: Count, asked: impl Fn() -> ListUsers + Copy + Send + Sync + 'static) -> AnyView {
    let shown = Show::parse(&untrack(asked).show);
    let tab = |show: Show| {
        let current = show == shown;
        let count =
            current.then(|| view! { <span class="count">{counted(count)}</span> }.into_any());
        let href = move || {
            paths::users_like(&UsersLike {
                show: show.as_str().to_owned(),
                ..like(&asked())
            })
        };
        view! {
            <a href=href aria-current=current.then_some("page")>{words::users_shown(show)}{count}</a>
        }.into_any()
    };
    view! { <nav class="tabs" aria-label="Views">{Vec::from(Show::ALL.map(tab))}</nav> }.into_any()
}

fn counted(count: Count) -> String {
    match count {
        Count::Exactly(1_000) => "1,000".to_owned(),
        Count::Exactly(count) => count.to_string(),
        Count::Many => "1,000+".to_owned(),
    }
}

fn empty(asked: &ListUsers) -> AnyView {
    let clear = view! { <a class="btn" href=paths::users()>"Clear search"</a> };
    if !asked.words.trim().is_empty() {
        let title = format!("No user matches “{}”", asked.words.trim());
        let words = "Check the spelling, or search by phone number or serial.";
        view! { <Empty art=Art::NoMatch title text=words>{clear}</Empty> }.into_any()
    } else if let Some((title, words)) = words::nobody_shown(Show::parse(&asked.show)) {
        view! { <Empty art=Art::NoMatch title text=words>""</Empty> }.into_any()
    } else if !asked.realm.is_empty() {
        let words = "There is nobody in this realm.";
        view! { <Empty art=Art::NoMatch title="No users here" text=words>{clear}</Empty> }
            .into_any()
    } else {
        let words = "A user is a person whose identity is verified with a second factor.";
        view! { <Empty art=Art::NothingYet title="No users yet" text=words>""</Empty> }.into_any()
    }
}

fn rows(page: &Page<UserRow>, clock: &Clock, asked: &ListUsers) -> AnyView {
    let rows = page
        .rows
        .iter()
        .map(|user| row(user, clock))
        .collect::<Vec<_>>();
    let to = |cursor: &String| {
        paths::users_like(&UsersLike {
            page: cursor.clone(),
            ..like(asked)
        })
    };
    let shown = match (page.rows.len(), page.count) {
        (_, Count::Exactly(1)) => "1 user".to_owned(),
        (here, count) => format!("{here} of {} users", counted(count)),
    };
    let (previous, next) = (page.previous.as_ref().map(to), page.next.as_ref().map(to));
    view! {
        <div class="table-wrap">
            <table class="table" data-stack="" role="table">
                <caption class="visually-hidden">"Users"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head(Column::Name, asked)}
                        {head(Column::Username, asked)}
                        <th scope="col" role="columnheader">"Tokens"</th>
                        {head(Column::Department, asked)}
                        {head(Column::Realm, asked)}
                        {head(Column::LastUsed, asked)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <Pager shown previous next/>
    }
    .into_any()
}

/// The head of a column: its order, and the way to the next one.
fn head(column: Column, asked: &ListUsers) -> AnyView {
    let order = Order::parse(&asked.order);
    let href = paths::users_like(&UsersLike {
        order: in_address(order.next(column)),
        ..like(asked)
    });
    let chosen = (order.column == column).then_some(match order.descending {
        true => table::Order::Descending,
        false => table::Order::Ascending,
    });
    let wide = matches!(column, Column::Username | Column::Department);
    view! { <SortHead label=words::column(column) href order=chosen wide/> }.into_any()
}

fn row(user: &UserRow, clock: &Clock) -> AnyView {
    let href = match user.tokens {
        Some(_) => paths::tokens(user.id),
        None => paths::user(user.id),
    };
    let tokens = user.tokens.as_ref().map(|tokens| chips(tokens));
    let last = match user.last_used_at {
        Some(at) => view! { <Time at=clock.at(at) now=clock.now()/> }.into_any(),
        None => "Never".into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" data-main="">
                <div class="who">
                    <Avatar name=user.name.clone()/>
                    <a class="row-link" href=href>{user.name.clone()}</a>
                </div>
            </td>
            <td role="cell" data-label="Username" data-wide="" class="muted">
                {user.username.clone()}
            </td>
            <td role="cell" data-label="Tokens">{tokens}</td>
            <td role="cell" data-label="Department" data-wide="" class="muted nowrap">
                {user.department.clone()}
            </td>
            <td role="cell" data-label="Realm" class="muted nowrap">{user.realm_name.clone()}</td>
            <td role="cell" data-label="Last used" class="nowrap">{last}</td>
        </tr>
    }
    .into_any()
}

fn chips(tokens: &[TokenChip]) -> AnyView {
    if tokens.is_empty() {
        return view! { <Note tone=Tone::Danger icon=Some(Icon::CircleAlert) text="No tokens"/> }
            .into_any();
    }
    let shown = tokens.iter().take(CHIPS).map(chip).collect::<Vec<_>>();
    let more = tokens.len().saturating_sub(CHIPS);
    let more = (more > 0).then(|| {
        view! { <span class="chip" data-more="">{format!("+{more} more")}</span> }.into_any()
    });
    view! { <div class="chips">{shown}{more}</div> }.into_any()
}

fn chip(token: &TokenChip) -> AnyView {
    let (icon, status) = match token.mark {
        Some(Mark::Locked) => (Icon::Lock, Some("locked")),
        Some(Mark::Disabled) => (Icon::CirclePause, Some("disabled")),
        Some(Mark::Obsolete) => (Icon::TriangleAlert, Some("obsolete")),
        Some(Mark::Expired) => (Icon::CalendarX2, Some("expired")),
        None => (text::type_icon(&token.icon), None),
    };
    let said = status.map(|status| {
        view! { <span class="visually-hidden">{format!(", {status}")}</span> }.into_any()
    });
    view! {
        <span class="chip" data-status=status>
            <Icon icon/>
            {token.name.clone()}
            {said}
        </span>
    }
    .into_any()
}
