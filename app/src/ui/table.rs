//! What tables share: heads that sort, and the pager below.

use leptos::prelude::*;

use super::icon::Icon;

/// The order a column is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest, oldest or A first.
    Ascending,
    /// Largest, newest or Z first.
    Descending,
}

/// The head of a column that can be sorted: a link, so that the order is part of the address.
#[component]
pub fn SortHead(
    /// The column's name.
    label: &'static str,
    /// The address of the list in the next order.
    href: String,
    /// The order it is in, if it is the chosen one.
    #[prop(optional_no_strip)]
    order: Option<Order>,
    /// Whether the column leaves when the table is narrow.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let sort = order.map(|order| match order {
        Order::Ascending => "ascending",
        Order::Descending => "descending",
    });
    view! {
        <th scope="col" role="columnheader" aria-sort=sort data-wide=wide>
            <a class="sort" href=href>
                {label}
                <Icon icon=Icon::ChevronDown/>
            </a>
        </th>
    }
}

/// Says in which order the rows stand, to whoever does not see it, when that changes.
#[component]
pub fn Sorted(
    /// "Sorted by last used, newest first"; nothing in the list's own order.
    words: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    view! { <p class="visually-hidden" role="status">{move || words().unwrap_or_default()}</p> }
}

/// Previous and Next below a list; there are no page numbers.
#[component]
pub fn Pager(
    /// What is shown, such as "Users 1 to 20 of 1,000+".
    shown: String,
    /// The address of the page before, if there is one.
    previous: Option<String>,
    /// The address of the page after, if there is one.
    next: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{shown}</span>
            <div class="end">
                <PagerLink href=previous label="Previous"/>
                <PagerLink href=next label="Next"/>
            </div>
        </nav>
    }
}

/// One of the two; without an address it stays, but leads nowhere.
#[component]
fn PagerLink(href: Option<String>, label: &'static str) -> impl IntoView {
    let none = href.is_none();
    let forward = label == "Next";
    view! {
        <a
            class="btn"
            data-size="sm"
            href=href
            role=none.then_some("link")
            aria-disabled=none.then_some("true")
        >
            {(!forward).then(|| view! { <Icon icon=Icon::ChevronLeft/> }.into_any())}
            {label}
            {forward.then(|| view! { <Icon icon=Icon::ChevronRight/> }.into_any())}
        </a>
    }
}

/// The first cell of a row about something with a sign: its tile, its name or link, a second line.
#[component]
pub fn Who(
    /// Its sign.
    icon: Icon,
    /// What stands below; nothing when empty.
    #[prop(into)]
    second: String,
    /// The name.
    children: Children,
) -> impl IntoView {
    let second =
        (!second.is_empty()).then(|| view! { <span class="second">{second}</span> }.into_any());
    view! {
        <div class="who">
            <span class="tile"><Icon icon/></span>
            <div>{children()} {second}</div>
        </div>
    }
}
