//! The list of a user's tokens.

use domain::tab::Tab;
use domain::{Hint, Status, Token};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::call::{CancelEnrolment, TokensTab};
use super::order::{address, heads, sort, sorted};
use super::{head, menu};
use crate::clock::{Clock, Seen};
use crate::ui::badge::Tone;
use crate::ui::form::{PageForm, SubmitButton, Weight, use_form};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Callout, Empty};
use crate::ui::table::Sorted;
use crate::ui::time::{Day, Time, near};
use crate::users::head::{UserTab, topbar, user_head};
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
    let waiting = waiting(&tab, &clock);
    let cannot = cannot_sign_in(&tab, &clock);
    let body = if tab.tokens.is_empty() {
        view! {
            <div class="toolbar"></div>
            {waiting}
            {empty(&tab)}
        }
        .into_any()
    } else {
        let obsolete = obsolete(&tab, &clock);
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
        {user_head(user, UserTab::Tokens, Some(count), tab.may.enrol, tab.may.manage)}
        {body}
    }
    .into_any()
}

/// Enrolments that wait for their proof, each with its way on and its end.
fn waiting(tab: &Tab, clock: &Clock) -> Vec<AnyView> {
    let (user, may) = (tab.user.id, tab.may.enrol);
    tab.enrolments
        .iter()
        .map(|enrolment| {
            let id = enrolment.id.to_string();
            let name = domain::token::name(&enrolment.type_name, &enrolment.description);
            let started = near(clock.at(enrolment.started_at), clock.now()).to_lowercase();
            let ends = near(clock.at(enrolment.ends_at), clock.now()).to_lowercase();
            let by = enrolment.started_by.clone();
            let form = use_form::<CancelEnrolment>(&id);
            let go_on = paths::enrolment(user, &enrolment.type_slug, &id);
            let buttons = may.then(|| {
                view! {
                    <div class="row">
                        <a class="btn" data-size="sm" href=go_on>"Continue"</a>
                        <PageForm form class="row">
                            <input type="hidden" name="user" value=user.to_string()/>
                            <input type="hidden" name="enrolment" value=id/>
                            <SubmitButton weight=Weight::Ghost small=true>
                                "Cancel enrolment"
                            </SubmitButton>
                        </PageForm>
                    </div>
                }
            });
            view! {
                <div class="notice">
                    <Callout tone=Tone::Neutral icon=Icon::Hourglass>
                        <p>
                            <strong>{format!("Waiting for proof: {name}.")}</strong>
                            {format!(" Started {started}, by {by}. Ends {ends}.")}
                        </p>
                        {buttons}
                    </Callout>
                </div>
            }
            .into_any()
        })
        .collect()
}

/// Says so when none of the tokens lets the user sign in.
fn cannot_sign_in(tab: &Tab, clock: &Clock) -> Option<AnyView> {
    if tab.tokens.is_empty() || tab.can_sign_in(clock.now) {
        return None;
    }
    let name = text::first_name(&tab.user);
    let (what, add) = if tab.user.disabled_at.is_some() {
        (format!("{name} is disabled."), false)
    } else if tab.user.try_state(clock.now) == domain::TryState::Locked {
        (format!("{name} is locked."), false)
    } else {
        ("No active token.".to_owned(), tab.may.enrol)
    };
    let add = add.then(|| {
        let href = paths::new_token(tab.user.id);
        view! { <a class="btn" data-size="sm" href=href>"Add new token"</a> }
    });
    Some(
        view! {
            <div class="notice">
                <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                    <p><strong>{what}</strong>{format!(" {name} cannot sign in to any service.")}</p>
                    {add}
                </Callout>
            </div>
        }
        .into_any(),
    )
}

fn obsolete(tab: &Tab, clock: &Clock) -> Vec<AnyView> {
    tab.tokens
        .iter()
        .filter(|token| token.status(clock.now) == Status::Obsolete)
        .filter_map(|token| {
            let obsolete = token.token_type.obsolete_at(clock.now)?;
            let works = match obsolete.grace_until.filter(|until| clock.now < *until) {
                Some(until) => format!(" Works until {}.", text::day(until, clock)),
                None => " Works no longer.".to_owned(),
            };
            let next = obsolete
                .followed_by
                .as_ref()
                .map(|next| format!(" Next type: {next}."));
            let name = token.name();
            Some(
                view! {
                    <div class="notice">
                        <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                            <p><strong>{format!("Obsolete: {name}.")}</strong>{works}{next}</p>
                        </Callout>
                    </div>
                }
                .into_any(),
            )
        })
        .collect()
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

fn table(tab: Tab, clock: Clock) -> impl IntoView {
    let query = use_query_map();
    move || {
        let (show, word, order) = asked(&query.get());
        let mut tokens = tab.tokens.clone();
        tokens.retain(|token| show.has(token, &clock));
        sort(&mut tokens, &order, &clock);
        let none = tokens.is_empty().then(|| {
            view! { <p class="page-body muted">"No tokens here. Choose All to see the others."</p> }
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
    }
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
    let links = move || {
        let (show, _, order) = asked(&query.get());
        Show::ALL.map(|(it, word, label)| {
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
        })
    };
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
    let second = (!token.description.is_empty())
        .then(|| view! { <span class="second">{token.description.clone()}</span> });
    let offers = tab.may.offers(token, user, clock.now);
    view! {
        <tr role="row">
            <td role="cell" data-main="">
                <div class="who">
                    <span class="tile"><Icon icon=text::type_icon(&token.token_type.icon)/></span>
                    <div>
                        <a class="row-link" href=href aria-label=format!("View token: {name}")>
                            {token.token_type.name.clone()}
                        </a>
                        {second}
                    </div>
                </div>
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
