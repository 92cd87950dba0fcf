//! Every page's address, on one screen. All are rendered whole before the first byte leaves, so
//! that status, redirects and pages without JavaScript are right.

use leptos::prelude::*;
use leptos_router::SsrMode::Async;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Routes};
use leptos_router::path;

use crate::account::AccountArea;
use crate::desk::Desk;
use crate::links::{FirstAdminPage, OperatorResetPage};
use crate::problem::Problem;
use crate::sign_in::{SignInCodePage, SignInPage, SignOutPage};
use crate::tokens::UserArea;
use crate::types::TokenTypesPage;
use crate::ui::problem::{problem_alone, problem_page};
use crate::users::{NewUserPage, UsersPage};

/// The page that belongs to the address.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| problem_alone(Problem::not_found())>
            <Route path=path!("/") view=|| view! { <Redirect path="/users"/> } ssr=Async/>
            <Route path=path!("/sign-in") view=SignInPage ssr=Async/>
            <Route path=path!("/sign-in/code") view=SignInCodePage ssr=Async/>
            <Route path=path!("/sign-out") view=SignOutPage ssr=Async/>
            <Route path=path!("/first/:link") view=FirstAdminPage ssr=Async/>
            <Route path=path!("/operator-reset/:link") view=OperatorResetPage ssr=Async/>
            <ParentRoute path=path!("") view=Desk ssr=Async>
                <ParentRoute path=path!("/account") view=AccountArea ssr=Async>
                    <Route path=path!("") view=|| () ssr=Async/>
                    <Route path=path!("/tokens/new") view=|| () ssr=Async/>
                    <Route path=path!("/tokens/:serial/delete") view=|| () ssr=Async/>
                    <Route path=path!("/sessions/end") view=|| () ssr=Async/>
                    <Route path=path!("/sessions/:session/end") view=|| () ssr=Async/>
                </ParentRoute>
                <Route path=path!("/users") view=UsersPage ssr=Async/>
                <Route path=path!("/users/new") view=NewUserPage ssr=Async/>
                // The area reads the address itself, for it may show two of these at once.
                <ParentRoute path=path!("/users/:user") view=UserArea ssr=Async>
                    <Route path=path!("") view=|| () ssr=Async/>
                    <Route path=path!("/activity") view=|| () ssr=Async/>
                    <Route path=path!("/edit") view=|| () ssr=Async/>
                    <Route path=path!("/unlock") view=|| () ssr=Async/>
                    <Route path=path!("/disable") view=|| () ssr=Async/>
                    <Route path=path!("/enable") view=|| () ssr=Async/>
                    <Route path=path!("/delete") view=|| () ssr=Async/>
                    <ParentRoute path=path!("/tokens") view=Outlet ssr=Async>
                        <Route path=path!("") view=|| () ssr=Async/>
                        <Route path=path!("/new") view=|| () ssr=Async/>
                        <Route path=path!("/new/:slug") view=|| () ssr=Async/>
                        <Route path=path!("/:serial") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/test") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/disable") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/enable") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/unlock") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/unlock-and-reset") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/reset") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/edit") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/replace") view=|| () ssr=Async/>
                        <Route path=path!("/:serial/delete") view=|| () ssr=Async/>
                    </ParentRoute>
                </ParentRoute>
                <ParentRoute path=path!("/token-types") view=TokenTypesPage ssr=Async>
                    <Route path=path!("") view=|| () ssr=Async/>
                    <Route path=path!("/:slug") view=|| () ssr=Async/>
                </ParentRoute>
                <Route path=path!("/*nothing") view=|| problem_page(Problem::not_found()) ssr=Async/>
            </ParentRoute>
        </Routes>
    }
}
