//! How a type will look where operators meet it, drawn by the parts that draw it there.

use domain::token_type::TokenType;
use leptos::prelude::*;

use crate::clock::Clock;
use crate::text;
use crate::tokens::type_choice;
use crate::ui::form::choice_look;
use crate::ui::live::live;
use crate::ui::table::Who;

/// What of a type is seen, as it is typed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Look {
    name: String,
    help: String,
    icon: String,
}

impl Look {
    /// As it is saved.
    pub(super) fn of(token_type: &TokenType) -> Self {
        Self {
            name: token_type.name.clone(),
            help: token_type.help.clone(),
            icon: token_type.icon.clone(),
        }
    }

    /// A field of the form was changed.
    pub(super) fn take(&mut self, field: &str, value: String) {
        match field {
            "name_en" => self.name = value,
            "help_en" => self.help = value,
            "icon" => self.icon = value,
            _ => {}
        }
    }
}

/// The card of the enrol menu and the first cell of the token list.
pub(super) fn preview(token_type: &TokenType, look: RwSignal<Look>, clock: &Clock) -> AnyView {
    let (saved, now) = (token_type.clone(), clock.now);
    let seen = move || {
        let Look { name, help, icon } = look.get();
        TokenType {
            name,
            help,
            icon,
            ..saved.clone()
        }
    };
    let card = {
        let seen = seen.clone();
        live(move || {
            let seen = seen();
            choice_look(type_choice(&seen, seen.enrol_blocked(0, now).as_ref()))
        })
    };
    let cell = live(move || {
        let seen = seen();
        let name = seen.name;
        view! {
            <Who icon=text::type_icon(&seen.icon) second="Pixel 9">
                <strong>{name}</strong>
            </Who>
        }
        .into_any()
    });
    view! {
        <section class="stack" data-gap="sm" aria-label="How it will look">
            <h3 class="label">"In the menu of new tokens"</h3>
            <div class="choice">{card}</div>
            <h3 class="label">"In the list of tokens"</h3>
            <div>{cell}</div>
        </section>
    }
    .into_any()
}
