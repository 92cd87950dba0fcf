//! What the pages that manage a user share, and the menu that leads to them.

use domain::people::Managed;
use domain::{Status, User};
use leptos::prelude::*;

use crate::ui::action::{ActionPage, Dialog};
use crate::ui::avatar::Avatar;
use crate::ui::badge::{Badge, Tone};
use crate::ui::frame::Topbar;
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuItem, RowMenu};
use crate::ui::notice::Callout;
use crate::ui::title::Title;
use crate::{paths, text};

/// The button and the menu in a user's head.
pub(super) fn menu(user: &User) -> AnyView {
    let id = user.id;
    let link = |href, icon, label| MenuItem::Link {
        href,
        icon,
        label,
        key: None,
        danger: false,
    };
    let switch = match user.disabled_at {
        None => link(paths::disable_user(id), Icon::CirclePause, "Disable user"),
        Some(_) => link(paths::enable_user(id), Icon::CirclePlay, "Enable user"),
    };
    let delete = MenuItem::Link {
        href: paths::delete_user(id),
        icon: Icon::Trash2,
        label: "Delete user",
        key: None,
        danger: true,
    };
    let edit = link(paths::edit_user(id), Icon::Pencil, "Edit user");
    let groups = vec![vec![edit], vec![switch], vec![delete]];
    view! { <RowMenu id="menu-user".to_owned() name=user.display_name() groups/> }.into_any()
}

/// DISABLED beside the name.
pub(super) fn badge(user: &User) -> Option<AnyView> {
    user.disabled_at?;
    let (tone, icon, word) = text::status(Status::Disabled);
    Some(view! { <Badge tone icon=Some(icon) capitals=true word/> }.into_any())
}

/// The bar above a page that manages a user.
pub(super) fn topbar(user: &User, here: &'static str) -> impl IntoView + use<> {
    let above = vec![
        (paths::users(), "Users".to_owned()),
        (paths::user(user.id), user.display_name()),
    ];
    let title = format!("{here} · {}", user.display_name());
    view! {
        <Title text=title/>
        <Topbar above here=here.to_owned()/>
    }
}

/// A disabled user's tokens verify nothing, whatever is done to them.
pub fn note(user: &User) -> Option<AnyView> {
    user.disabled_at?;
    let name = text::first_name(user);
    Some(
        view! {
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>
                    <strong>{format!("{name} is disabled.")}</strong>
                    " No token of this user verifies anything until that ends."
                </p>
            </Callout>
        }
        .into_any(),
    )
}

/// The page or dialog of a question about a user.
pub(super) fn question(
    it: &Managed,
    here: &'static str,
    (title, lead): (&'static str, &'static str),
    body: AnyView,
) -> AnyView {
    let bar = use_context::<Dialog>()
        .is_none()
        .then(|| topbar(&it.user, here));
    view! {
        {bar}
        <ActionPage title lead>{body}</ActionPage>
    }
    .into_any()
}

/// Which user a question is about: a card on a page, without its frame in a dialog.
pub(super) fn card(it: &Managed) -> AnyView {
    let name = it.user.display_name();
    let tokens = match it.tokens {
        0 => "no tokens".to_owned(),
        1 => "1 token".to_owned(),
        count => format!("{count} tokens"),
    };
    let second = format!("{}, {}, {tokens}", it.user.username, it.user.realm_name);
    let card = use_context::<Dialog>().is_none();
    view! {
        <div class=card.then_some("card")>
            <div class=if card { "body who" } else { "who" }>
                <Avatar name=name.clone()/>
                <div>
                    <strong>{name}</strong>
                    <span class="second">{second}</span>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Why it cannot be done, and the way on.
pub(super) fn stands(
    it: &Managed,
    words: String,
    way_on: Option<(String, &'static str)>,
) -> AnyView {
    let user = paths::user(it.user.id);
    view! {
        <div class="body stack" data-gap="lg">
            {card(it)}
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>{words}</p>
                <div class="row">
                    {way_on.map(|(href, label)| {
                        view! { <a class="btn" data-size="sm" href=href>{label}</a> }.into_any()
                    })}
                    <a class="btn" data-size="sm" href=user>"View user"</a>
                </div>
            </Callout>
        </div>
    }
    .into_any()
}
