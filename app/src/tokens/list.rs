//! The list of a user's tokens.

use domain::tab::Tab;
use domain::{Action, Hint, Status, Token};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::call::TokensTab;
use super::order::{address, heads, sort, sorted};
use super::{head, menu, notices};
use crate::clock::{Clock, Seen};
use crate::ui::icon::Icon;
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Empty};
use crate::ui::table::{Sorted, Who};
use crate::ui::time::{Day, Time};
use crate::users::head::{Offered, UserTab, topbar, user_head, waits_or_is_locked};
use crate::{paths, text};

/// The Tokens tab.
#[component]
pub fn TokenList(user: String) -> impl IntoView {
    let load = use_load(move || TokensTab { user: user.clone() });
    view! {
        <Loaded load what="tokens" let:seen>
            {tab(seen)}
        </Loaded>
    }
}

fn tab(Seen { clock, it: tab }: Seen<Tab>) -> AnyView {
    let user = &tab.user;
    let count = tab.tokens.len();
    let waiting = notices::waiting(&tab, &clock);
    let offered = Offered {
        enrol: tab.may.enrol,
        unlock: tab.may.actions.contains(&Action::Unlock) && waits_or_is_locked(user, &clock),
        manage: tab.may.manage,
    };
    let cannot = notices::cannot_sign_in(&tab, &clock);
    let body = if tab.tokens.is_empty() {
        view! {
            <div class="toolbar"></div>
            {waiting}
            {empty(&tab)}
        }
        .into_any()
    } else {
        let obsolete = notices::obsolete(&tab, &clock);
        view! {
            {segments(tab.clone(), clock.clone())}
            {said()}
            {waiting}
            {cannot}
            {obsolete}
            {table(tab.clone(), clock)}
        }
        .into_any()
    };
    view! {
        {topbar(user, UserTab::Tokens)}
        {user_head(user, UserTab::Tokens, Some(count), offered)}
        {body}
    }
    .into_any()
}

fn empty(tab: &Tab) -> impl IntoView + use<> {
    let name = text::first_name(&tab.user);
    let add = tab.may.enrol.then(|| {
        let href = paths::new_token(tab.user.id);
        view! {
            <a class="btn" data-variant="primary" href=href>
                <Icon icon=Icon::Plus/>
                "Add new token"
            </a>
        }
        .into_any()
    });
    view! {
        <Empty art=Art::NothingYet title="No tokens"
            text=format!("Without a token {name} cannot sign in to any service.")>
            {add}
        </Empty>
    }
}

/// Which tokens are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Active,
    Attention,
}

impl Show {
    const ALL: [(Self, &str, &str); 3] = [
        (Self::All, "all", "All"),
        (Self::Active, "active", "Active"),
        (Self::Attention, "attention", "Needs attention"),
    ];

    fn has(self, token: &Token, clock: &Clock) -> bool {
        match self {
            Self::All => true,
            Self::Active => token.status(clock.now) == Status::Active,
            Self::Attention => token.attention(clock.now).is_some(),
        }
    }
}

fn table(tab: Tab, clock: Clock) -> AnyView {
    let query = use_query_map();
    live(move || {
        let (show, word, order) = asked(&query.get());
        let mut tokens = tab.tokens.clone();
        tokens.retain(|token| show.has(token, &clock));
        sort(&mut tokens, &order, &clock);
        let none = tokens.is_empty().then(|| {
            view! { <p class="page-body muted">"No tokens here. Choose All to see the others."</p> }.into_any()
        });
        let rows = tokens
            .iter()
            .map(|token| row(&tab, token, &clock))
            .collect::<Vec<_>>();
        let heads = heads(word, &order);
        view! {
            <div class="table-wrap">
                <table class="table" data-rows="two" data-stack="" role="table">
                    <caption class="visually-hidden">
                        {caption(&tab, &order)}
                    </caption>
                    <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            {none}
        }
        .into_any()
    })
}

fn caption(tab: &Tab, order: &str) -> String {
    let name = tab.user.display_name();
    match sorted(order) {
        Some(sorted) => format!("Tokens of {name}. {sorted}"),
        None => format!("Tokens of {name}, needing attention first"),
    }
}

fn said() -> impl IntoView {
    let query = use_query_map();
    view! { <Sorted words=move || sorted(&asked(&query.get()).2)/> }
}

/// What the address asks for: which tokens, that as a word, and the order.
fn asked(query: &ParamsMap) -> (Show, &'static str, String) {
    let show = query.get("show").unwrap_or_default();
    let show = Show::ALL.into_iter().find(|(_, word, _)| *word == show);
    let (show, word, _) = show.unwrap_or(Show::ALL[0]);
    (show, word, query.get("order").unwrap_or_default())
}

fn segments(tab: Tab, clock: Clock) -> impl IntoView {
    let query = use_query_map();
    let links = live(move || {
        let (show, _, order) = asked(&query.get());
        Vec::from(Show::ALL.map(|(it, word, label)| {
            let count = tab
                .tokens
                .iter()
                .filter(|token| it.has(token, &clock))
                .count();
            let current = (it == show).then_some("true");
            view! {
                <a href=address(word, &order) aria-current=current>
                    {label}
                    <span class="count">{count.to_string()}</span>
                </a>
            }
            .into_any()
        }))
    });
    view! {
        <div class="toolbar">
            <nav class="segmented" aria-label="Show tokens">{links}</nav>
        </div>
    }
}

fn row(tab: &Tab, token: &Token, clock: &Clock) -> AnyView {
    let (user, now) = (&tab.user, clock.now());
    let name = token.name();
    let href = paths::token(user.id, &token.serial);
    let never = || view! { <span class="subtle">"Never"</span> }.into_any();
    let used = match token.last_used_at {
        Some(at) => view! { <Time at=clock.at(at) now/> }.into_any(),
        None => never(),
    };
    let expires = match token.expires_at {
        Some(end) => {
            let at = domain::Timestamp(end.0.saturating_sub(1));
            let is_soon = |hint: &Hint| matches!(hint, Hint::ExpiresSoon(_) | Hint::Expired(_));
            let soon = token.hints(clock.now).iter().any(is_soon);
            view! { <span class=soon.then_some("warning")><Day at=clock.at(at)/></span> }.into_any()
        }
        None => never(),
    };
    let narrow_hide = token.expires_at.is_none().then_some("");
    let type_name = token.token_type.name.clone();
    let link = view! {
        <a class="row-link" href=href aria-label=format!("View token: {name}")>{type_name}</a>
    };
    let offers = tab.may.offers(token, user, clock.now);
    view! {
        <tr role="row">
            <td role="cell" data-main="">
                <Who icon=text::type_icon(&token.token_type.icon)
                    second=token.description.clone()>
                    {link}
                </Who>
            </td>
            <td role="cell" data-label="Device" class="nowrap">
                <span class="code">{token.serial.to_string()}</span>
            </td>
            <td role="cell" data-label="Status"><div>{head::status(token, clock)}</div></td>
            <td role="cell" data-label="Last used" class="nowrap">{used}</td>
            <td role="cell" data-label="Updated" data-wide="" class="nowrap">
                <Time at=clock.at(token.updated_at) now/>
            </td>
            <td role="cell" data-label="Expires" class="nowrap" data-narrow-hide=narrow_hide>
                {expires}
            </td>
            <td role="cell" data-end="">{menu::row_menu(user, token, &offers, clock)}</td>
        </tr>
    }
    .into_any()
}
