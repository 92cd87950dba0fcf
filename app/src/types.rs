//! Token types: their list and, beside it, the form of one.

mod call;
mod ending;
mod form;
mod list;
mod preview;
#[cfg(feature = "ssr")]
mod typed;
#[cfg(feature = "ssr")]
pub(crate) mod words;

pub use call::{EditTokenType, TokenTypes};

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

use crate::clock::Seen;
use crate::paths;
use crate::problem::Problem;
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load};
use crate::ui::problem::problem_page;
use crate::ui::title::Title;
use domain::type_settings::TypeRow;

/// Everything below `/token-types`: the list stays while one type after the other opens beside it.
#[component]
pub fn TokenTypesPage() -> impl IntoView {
    let pathname = use_location().pathname;
    let slug = Memo::new(move |before: Option<&Option<String>>| {
        let path = pathname.get();
        match path.strip_prefix(paths::token_types().as_str()) {
            Some(rest) => Some(rest.trim_matches('/').to_owned()).filter(|it| !it.is_empty()),
            // The address is already that of the next page.
            None => before.cloned().flatten(),
        }
    });
    let load = use_load(|| TokenTypes {});
    view! {
        // The routes below show nothing, but the router waits for them.
        <Outlet/>
        <Loaded load what="token types" let:seen>
            {page(seen, slug)}
        </Loaded>
    }
}

fn page(seen: Seen<Vec<TypeRow>>, slug: Memo<Option<String>>) -> AnyView {
    let seen = StoredValue::new(seen);
    live(move || {
        let slug = slug.get();
        seen.with_value(|Seen { clock, it }| {
            let open = slug.as_ref().map(|slug| it.iter().find(|row| row.token_type.slug == *slug));
            let drawer = match open {
                Some(None) => return problem_page(Problem::not_found()),
                Some(Some(row)) => Some(form::drawer(row, it, clock)),
                None => None,
            };
            let above = drawer.as_ref().map(|_| (paths::token_types(), "Token types".to_owned()));
            let here = open.flatten().map_or("Token types", |row| row.token_type.name.as_str());
            view! {
                <Title text=here.to_owned()/>
                <div class="split">
                    <div class="pane">
                        <Topbar above=above.into_iter().collect() here=here.to_owned()/>
                        <PageHeader title="Token types"
                            lead="Names, icons and rules. Operators and users see these names everywhere."/>
                        {list::table(it, slug.as_deref(), clock)}
                    </div>
                    {drawer}
                </div>
            }
            .into_any()
        })
    })
}
