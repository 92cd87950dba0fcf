//! Every page's address, on one screen. All are rendered whole before the first byte leaves, so
//! that status, redirects and pages without JavaScript are right.

mod at;

use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::view::iterators::StaticVec;
use leptos_router::any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute};
use leptos_router::components::{Outlet, Redirect, RouteChildren, Routes};
use leptos_router::{NestedRoute, SsrMode};

use crate::account::AccountArea;
use crate::desk::Desk;
use crate::links::{FirstAdminPage, OperatorResetPage};
use crate::problem::Problem;
use crate::sign_in::{SignInCodePage, SignInPage, SignOutPage};
use crate::tokens::UserArea;
use crate::types::TokenTypesPage;
use crate::ui::problem::{problem_alone, problem_page};
use crate::users::{NewUserPage, UsersPage};

use at::At;

/// The page that belongs to the address.
#[component]
pub fn Pages() -> impl IntoView {
    let children = RouteChildren::to_children(|| StaticVec::from(all()));
    view! { <Routes fallback=|| problem_alone(Problem::not_found()) children/> }
}

fn all() -> Vec<AnyNestedRoute> {
    vec![
        page("/", || view! { <Redirect path="/users"/> }.into_any()),
        page("/sign-in", || SignInPage().into_any()),
        page("/sign-in/code", || SignInCodePage().into_any()),
        page("/sign-out", || SignOutPage().into_any()),
        page("/first/:link", || FirstAdminPage().into_any()),
        page("/operator-reset/:link", || OperatorResetPage().into_any()),
        area("", || Desk().into_any(), in_desk()),
    ]
}

/// The pages with the sidebar.
fn in_desk() -> Vec<AnyNestedRoute> {
    let token_types = vec![part(""), part("/:slug")];
    vec![
        area("/account", || AccountArea().into_any(), of_account()),
        page("/users", || UsersPage().into_any()),
        page("/users/new", || NewUserPage().into_any()),
        area("/users/:user", || UserArea().into_any(), of_user()),
        area("/token-types", || TokenTypesPage().into_any(), token_types),
        page("/*nothing", || problem_page(Problem::not_found())),
    ]
}

fn of_account() -> Vec<AnyNestedRoute> {
    vec![
        part(""),
        part("/tokens/new"),
        part("/tokens/:serial/delete"),
        part("/sessions/end"),
        part("/sessions/:session/end"),
    ]
}

fn of_user() -> Vec<AnyNestedRoute> {
    let tokens = vec![
        part(""),
        part("/new"),
        part("/new/:slug"),
        part("/:serial"),
        part("/:serial/test"),
        part("/:serial/disable"),
        part("/:serial/enable"),
        part("/:serial/unlock"),
        part("/:serial/unlock-and-reset"),
        part("/:serial/reset"),
        part("/:serial/edit"),
        part("/:serial/replace"),
        part("/:serial/delete"),
    ];
    vec![
        part(""),
        part("/activity"),
        part("/edit"),
        part("/unlock"),
        part("/disable"),
        part("/enable"),
        part("/delete"),
        area("/tokens", || Outlet().into_any(), tokens),
    ]
}

/// A page of its own.
fn page(path: &'static str, view: fn() -> AnyView) -> AnyNestedRoute {
    NestedRoute::new(At(path), view)
        .ssr_mode(SsrMode::Async)
        .into_any_nested_route()
}

/// An address below an area. The area reads the address itself, for it may show two of these at once.
fn part(path: &'static str) -> AnyNestedRoute {
    page(path, || ().into_any())
}

/// What stands around the addresses below it.
fn area(path: &'static str, view: fn() -> AnyView, below: Vec<AnyNestedRoute>) -> AnyNestedRoute {
    NestedRoute::new(At(path), view)
        .ssr_mode(SsrMode::Async)
        .child(StaticVec::from(below))
        .into_any_nested_route()
}
