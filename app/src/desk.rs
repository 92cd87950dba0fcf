//! The frame around every page of an operator who is signed in.

use leptos::prelude::*;
use leptos::suspense::Unsuspend;
use leptos_router::components::Outlet;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::jump::Jump;
use crate::paths;
use crate::problem::Problem;
use crate::sign_in::SignOut;
use crate::ui::form::{PageForm, use_form};
use crate::ui::frame::{Frame, InFrame, NavLink};
use crate::ui::icon::Icon;
use crate::ui::keys::{Keys, Over, Overlay};
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::shortcuts::Shortcuts;
use crate::ui::toast::Toasts;
use crate::wire::Wire;

/// The operator, as the frame shows it.
#[derive(Clone, Debug, Schema, Serialize, Deserialize)]
pub struct Me {
    /// For people.
    pub name: String,
    /// The names of the operator's roles.
    pub roles: Vec<String>,
    /// Whether there is a way to the token types.
    pub manages_types: bool,
}

/// Who is signed in.
#[server(prefix = "/call", endpoint = "who-am-i", output = Wire)]
pub async fn who_am_i() -> Result<Me, Problem> {
    let (_, caller) = crate::request::signed_in().await?;
    let roles = backend::account::roles(&caller);
    let manages_types = caller.actor.holds_anywhere(domain::Privilege::TypesManage);
    match caller.actor {
        backend::Actor::Operator { name, .. } => Ok(Me {
            name,
            roles,
            manages_types,
        }),
        _ => Err(Problem::signed_out()),
    }
}

/// The sidebar and the page in it; without a session the page that says so.
#[component]
pub fn Desk() -> impl IntoView {
    let load = use_load_once(|| WhoAmI {});
    provide_context(InFrame);
    let overlay = RwSignal::new(None);
    provide_context(Overlay(overlay));
    let close = Callback::new(move |()| overlay.set(None));
    view! {
        <Loaded load what="page" alone=true let:me>
            {frame(me)}
        </Loaded>
        <Keys/>
        {live(move || overlay.get().map(|over| match over {
            Over::Jump => view! { <Jump close/> }.into_any(),
            Over::Shortcuts => view! { <Shortcuts close/> }.into_any(),
        }))}
        <Toasts/>
    }
}

fn frame(me: Me) -> AnyView {
    let mut links = vec![NavLink {
        href: paths::users(),
        icon: Icon::Users,
        label: "Users",
        keys: Some("G U"),
    }];
    if me.manages_types {
        links.push(NavLink {
            href: paths::token_types(),
            icon: Icon::Shapes,
            label: "Token types",
            keys: None,
        });
    }
    let sign_out = view! { <SignOutButton/> }.into_any();
    // Not `<Outlet/>` as it is: Leptos looks up to three times through what was loaded, for what else it must wait
    // for, and would make the page each time, with all that the page loads.
    let outlet = view! { <Outlet/> }.into_any();
    let outlet = Unsuspend::new(move || outlet);
    view! {
        <Frame links operator=me.name role=me.roles.join(", ") account=paths::account() sign_out>
            {outlet}
        </Frame>
    }
    .into_any()
}

#[component]
fn SignOutButton() -> impl IntoView {
    let form = use_form::<SignOut>("");
    view! {
        <PageForm form action=paths::sign_out() class="menu-form">
            <button type="submit"><Icon icon=Icon::LogOut/>"Sign out"</button>
        </PageForm>
    }
}
