//! The frame of a page: the sidebar with its links, the operator's menu, and the bar above a page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::avatar::Avatar;
use super::icon::Icon;
use super::keys::{Over, Overlay};
use crate::ui::live::{effect, heard};

/// A link of the sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavLink {
    /// Where it goes; current on this address and below it.
    pub href: String,
    /// Its sign.
    pub icon: Icon,
    /// Its word.
    pub label: &'static str,
    /// The keys that lead there, such as `G U`.
    pub keys: Option<&'static str>,
}

/// In context wherever a page stands in the frame.
#[derive(Clone, Copy)]
pub struct InFrame;

/// The sidebar and, beside it, the page. The page's parts are the children.
#[component]
pub fn Frame(
    /// The links.
    links: Vec<NavLink>,
    /// The operator's name.
    operator: String,
    /// The operator's role.
    role: String,
    /// The address of the operator's own page.
    account: String,
    /// The form that signs out: its `<form>` with one `<button>`.
    sign_out: AnyView,
    /// The page.
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    // Whoever has followed a link wants to see where it led.
    effect(move |again| {
        path.track();
        if again {
            for id in ["operator-menu", "sidebar"] {
                close(id);
            }
        }
    });
    let links = links
        .into_iter()
        .map(|link| nav_link(path, link))
        .collect::<Vec<_>>();
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="app">
            <aside class="sidebar" id="sidebar" popover="" aria-label="Sidebar">
                <a class="brand" href="/">
                    <Logo/>
                    "Tokendesk"
                </a>
                <Opener over=Over::Jump/>
                <nav aria-label="Main">
                    <ul>{links}</ul>
                </nav>
                <div class="bottom">
                    <Opener over=Over::Shortcuts/>
                    <OperatorMenu operator role account sign_out/>
                </div>
            </aside>
            <main class="page" id="main" tabindex="-1">
                {children()}
            </main>
        </div>
    }
}

/// The button of what opens over the page; hidden until it works.
#[component]
fn Opener(over: Over) -> impl IntoView {
    let overlay = expect_context::<Overlay>();
    let awake = RwSignal::new(false);
    effect(move |_| awake.set(true));
    let (class, icon, label, keys) = match over {
        Over::Jump => ("jump", Icon::Search, "Search or jump to", "Control+K"),
        Over::Shortcuts => ("help", Icon::CircleQuestionMark, "Shortcuts", "?"),
    };
    let hint = match over {
        Over::Jump => vec!["Ctrl", "K"],
        Over::Shortcuts => vec!["?"],
    };
    let hint = hint
        .into_iter()
        .map(|key| view! { <kbd aria-hidden="true">{key}</kbd> }.into_any());
    view! {
        <button class=class type="button" aria-keyshortcuts=keys hidden=move || !awake.get()
            on:click=heard(move |_| {
                close("sidebar");
                overlay.0.set(Some(over));
            })>
            <Icon icon/>
            {label}
            {hint.collect::<Vec<_>>()}
        </button>
    }
}

/// Closes this popover, if it is open.
fn close(id: &str) {
    let popover = document().get_element_by_id(id);
    if let Some(popover) = popover.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
        && popover.matches(":popover-open").unwrap_or(false)
    {
        let _ = popover.hide_popover();
    }
}

fn nav_link(path: Memo<String>, link: NavLink) -> AnyView {
    let NavLink {
        href,
        icon,
        label,
        keys,
    } = link;
    let below = href.clone();
    let current = move || {
        let rest = path.with(|path| path.strip_prefix(&below).map(|rest| rest.to_owned()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            .then_some("page")
    };
    view! {
        <li>
            <a href=href aria-current=current aria-keyshortcuts=keys>
                <Icon icon/>
                {label}
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn OperatorMenu(
    operator: String,
    role: String,
    account: String,
    sign_out: AnyView,
) -> impl IntoView {
    view! {
        <button class="operator" type="button" popovertarget="operator-menu">
            <Avatar name=operator.clone()/>
            <span>
                <b>{operator.clone()}</b>
                <small>{role}</small>
            </span>
            <Icon icon=Icon::ChevronsUpDown/>
        </button>
        <div
            class="menu"
            id="operator-menu"
            popover=""
            role="group"
            data-align="top"
            aria-label=operator
        >
            <ul>
                <li>
                    <a href=account>
                        <Icon icon=Icon::CircleUserRound/>
                        "Account"
                    </a>
                </li>
            </ul>
            <hr/>
            {sign_out}
        </div>
    }
}

/// The product's sign.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <rect width="24" height="24" rx="6.5"></rect>
            <path d="M7.5 9.4h.01M12 9.4h.01M16.5 9.4h.01M7 15.2h10"></path>
        </svg>
    }
}

/// The bar above a page: the way to the sidebar when it is hidden, and where one is.
#[component]
pub fn Topbar(
    /// The pages above this one: address and name, outermost first.
    above: Vec<(String, String)>,
    /// The name of this page.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    let root = above.is_empty();
    let above = above
        .into_iter()
        .map(|(href, name)| view! { <li><a href=href>{name}</a></li> }.into_any())
        .collect::<Vec<_>>();
    view! {
        <div class="topbar" data-root=root>
            <button
                class="btn nav-toggle"
                type="button"
                data-variant="ghost"
                data-icon=""
                aria-label="Open navigation"
                popovertarget="sidebar"
            >
                <Icon icon=Icon::Menu/>
            </button>
            <nav class="breadcrumbs" aria-label="Breadcrumbs">
                <ol>
                    {above}
                    <li>
                        <span aria-current="page">{here}</span>
                    </li>
                </ol>
            </nav>
        </div>
    }
}

/// The head of a page: its one `h1`, what it is about, and what can be done.
#[component]
pub fn PageHeader(
    /// The title.
    #[prop(into)]
    title: String,
    /// What it is about, in one sentence.
    #[prop(optional, into)]
    lead: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="titles">
                <div class="title-row">
                    <h1 tabindex="-1">{title}</h1>
                </div>
                {(!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> }.into_any())}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> }.into_any())}
        </header>
    }
}
