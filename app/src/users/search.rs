//! The search above the list of users: a real form, sent by GET. What is looked for becomes the
//! address; once the page is awake it changes while one types.

use std::time::Duration;

use domain::RealmId;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::call::ListUsers;
use crate::paths::{self, UsersLike};
use crate::ui::icon::Icon;
use crate::ui::live::{effect, heard, live};

/// How long the typing must rest before it is looked for.
const REST: Duration = Duration::from_millis(200);

/// The form; its children choose the realm.
#[component]
pub(super) fn SearchBar(children: Children) -> impl IntoView {
    let query = use_query_map();
    let get = move |name| query.with(|query| query.get(name)).unwrap_or_default();
    let form = NodeRef::<html::Form>::new();
    let search = NodeRef::<html::Input>::new();
    // Back and *Clear search* change the address under the form.
    effect(move |_| {
        let words = get("q");
        if let Some(search) = search.get()
            && document().active_element().as_ref() != Some(&search)
        {
            search.set_value(&words);
        }
    });
    let kept = move |name| {
        let value = get(name);
        (!value.is_empty())
            .then(|| view! { <input type="hidden" name=name value=value/> }.into_any())
    };
    let navigate = use_navigate();
    let pathname = use_location().pathname;
    let look = move || {
        // Whoever has followed a link meanwhile is not called back; and a field that has the focus when it
        // goes from the page still says what was typed into it.
        if pathname.with_untracked(|here| *here != paths::users()) {
            return;
        }
        let form = form.try_get_untracked().flatten();
        if let Some(to) = form.as_ref().and_then(address) {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to, options);
        }
    };
    let (chosen, sent) = (look.clone(), look.clone());
    let typed = debounce(REST, move |_: web_sys::Event| look());
    view! {
        <form class="toolbar" role="search" method="get" action=paths::users() aria-label="Users"
            node_ref=form on:change=heard(move |_| chosen())
            on:submit=heard(move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                sent();
            })>
            <div class="search">
                <Icon icon=Icon::Search/>
                <input class="input" type="search" name="q" value=untrack(|| get("q"))
                    maxlength="200" autocomplete="off" aria-label="Search users"
                    placeholder="Name, username, phone or serial" node_ref=search on:input=heard(typed)/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <div class="filters">
                {children()}
                <button class="btn" type="submit">"Search"</button>
            </div>
            {live(move || kept("show"))}
            {live(move || kept("order"))}
        </form>
    }
}

/// The address that sending the form would lead to.
fn address(form: &web_sys::HtmlFormElement) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let field = |name| data.get(name).as_string().unwrap_or_default();
    Some(paths::users_like(&UsersLike {
        words: field("q"),
        realm: field("realm"),
        show: field("show"),
        order: field("order"),
        page: String::new(),
    }))
}

/// Nothing to choose in one realm.
pub(super) fn realm_choice(realms: &[(RealmId, String)], asked: &ListUsers) -> Option<AnyView> {
    if realms.len() < 2 {
        return None;
    }
    let options = realms
        .iter()
        .map(|(id, name)| {
            let id = id.to_string();
            let selected = id == asked.realm;
            view! { <option value=id selected=selected>{name.clone()}</option> }.into_any()
        })
        .collect::<Vec<_>>();
    Some(
        view! {
            <select class="input" name="realm" aria-label="Realm">
                <option value="">"All realms"</option>
                {options}
            </select>
        }
        .into_any(),
    )
}
