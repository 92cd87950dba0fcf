//! The frame around every page of an operator who is signed in.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use serde::{Deserialize, Serialize};

use crate::paths;
use crate::problem::Problem;
use crate::sign_in::SignOut;
use crate::ui::form::{PageForm, SubmitButton, use_form};
use crate::ui::frame::{Frame, NavLink};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::toast::Toasts;

/// The operator, as the frame shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Me {
    /// For people.
    pub name: String,
}

/// Who is signed in.
#[server(prefix = "/call", endpoint = "who-am-i")]
pub async fn who_am_i() -> Result<Me, Problem> {
    let (_, caller) = crate::request::signed_in().await?;
    match caller.actor {
        backend::Actor::Operator { name, .. } => Ok(Me { name }),
        _ => Err(Problem::signed_out()),
    }
}

/// The sidebar and the page in it; without a session the page that says so.
#[component]
pub fn Desk() -> impl IntoView {
    let load = use_load_once(|| WhoAmI {});
    view! {
        <Loaded load what="page" alone=true let:me>
            {frame(me)}
        </Loaded>
        <Toasts/>
    }
}

fn frame(me: Me) -> AnyView {
    let links = vec![NavLink {
        href: paths::users(),
        icon: Icon::Users,
        label: "Users",
    }];
    let sign_out = view! { <SignOutButton/> }.into_any();
    view! {
        <Frame links operator=me.name role=String::new() account=paths::account() sign_out>
            <Outlet/>
        </Frame>
    }
    .into_any()
}

#[component]
fn SignOutButton() -> impl IntoView {
    let form = use_form::<SignOut>("");
    view! {
        <PageForm form action=paths::sign_out() class="menu-form">
            <SubmitButton>"Sign out"</SubmitButton>
        </PageForm>
    }
}
