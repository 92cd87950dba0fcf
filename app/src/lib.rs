//! Tokendesk's pages and the doormen behind them, on both sides of the wire.
#![recursion_limit = "256"]

pub mod ask;
pub mod clock;
mod disabled;
pub mod letters;
pub mod page;
pub mod paths;
pub mod problem;
mod reason;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
pub mod request;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
mod switched;
pub mod text;
pub mod timeline;
pub mod ui;

pub mod account;
pub mod desk;
pub mod jump;
pub mod links;
pub mod sign_in;
pub mod tokens;
pub mod types;
pub mod users;
pub mod wire;

mod address;

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::address::AddressGuard;
use crate::page::Page;
use crate::routes::Pages;
use crate::ui::offline::Offline;
use crate::ui::title::provide_titles;

/// The whole console, as it runs on both sides.
#[component]
pub fn App() -> impl IntoView {
    provide_titles();
    Page::provide();
    let (routing, set_routing) = signal(false);
    view! {
        <Router set_is_routing=set_routing>
            <AddressGuard routing/>
            <Offline/>
            <Pages/>
        </Router>
    }
}

/// The document around the pages; the server's alone.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document_of(options, || view! { <App/> }.into_any())
}

/// A document that shows `pages`: [`shell`]'s, and that of tests with pages of their own.
#[cfg(feature = "ssr")]
pub fn document_of(options: LeptosOptions, pages: fn() -> AnyView) -> impl IntoView {
    use leptos_meta::MetaTags;
    let style = format!("/pkg/{}.css", options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // `as` stands first: behind a value it would be read as a cast.
                <link as="font" rel="preload" href="/fonts/inter-latin.ab6b93ccfc74c9ad03f4.woff2" type="font/woff2"
                    crossorigin="anonymous"/>
                <link rel="stylesheet" href=style/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <AutoReload options=options.clone()/>
                {waking(&options.output_name)}
                <MetaTags/>
            </head>
            <body>{pages()}</body>
        </html>
    }
}

/// Fetches the browser's code while the page is read, and wakes the page with it. It stands in every page, so it
/// is what Leptos' `HydrationScripts` writes without what only other kinds of site need.
#[cfg(feature = "ssr")]
fn waking(name: &str) -> impl IntoView + use<> {
    let (glue, code) = (format!("/pkg/{name}.js"), format!("/pkg/{name}.wasm"));
    let script = format!(
        r#"import wake,{{hydrate}} from "{glue}";await wake({{module_or_path:"{code}"}});hydrate()"#
    );
    view! {
        <link rel="modulepreload" href=glue/>
        <link as="fetch" rel="preload" href=code type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=leptos::nonce::use_nonce()>{script}</script>
    }
}
