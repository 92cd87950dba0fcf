//! One-line fields: text, addresses, numbers, passwords, codes, hidden ones.

use leptos::prelude::*;

use super::state::FormState;
use crate::ui::icon::Icon;
use crate::ui::live::{effect, heard, live};

/// What a one-line field takes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// Plain text.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
    /// A date, year first.
    Date,
    /// A password: never filled in again.
    Password,
    /// A code of this many digits: never filled in again.
    Code(u8),
}

impl FieldKind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Text | Self::Code(_) => "text",
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Date => "date",
            Self::Password => "password",
        }
    }

    /// Whether what was typed may never be sent back.
    fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::Code(_))
    }
}

/// A labelled one-line field with its hint and error.
#[component]
pub fn Field(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] kind: FieldKind,
    /// What stands in it before anybody typed.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: String,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] required: bool,
    /// In characters.
    #[prop(optional)]
    maxlength: Option<u16>,
    /// As in HTML; `off` unless said otherwise.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    /// Whether a whole code sends the form by itself (tests of a token only).
    #[prop(optional)]
    send_when_full: bool,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, hint);
    let value = match kind.is_secret() {
        true => None,
        false => Some(form.typed(name).unwrap_or(value)).filter(|value| !value.is_empty()),
    };
    let code = match kind {
        FieldKind::Code(digits) => Some(digits),
        _ => None,
    };
    // Room for the blanks and dashes that people type between digits.
    let maxlength = code.map(|digits| u16::from(digits) + 2).or(maxlength);
    let maxlength = maxlength.map(|it| it.to_string());
    let input = view! {
        <input type=kind.input_type() class=code.is_none().then_some("input") id=parts.id.clone()
            name=name value=value maxlength=maxlength required=required
            inputmode=code.map(|_| "numeric") data-secret=kind.is_secret()
            autocomplete=autocomplete autocapitalize=(autocomplete == "username").then_some("none")
            spellcheck=(autocomplete == "username").then_some("false")
            autofocus=autofocus || form.is_first_wrong(name)
            aria-invalid=parts.invalid() aria-describedby=parts.described_by()
            on:input=heard(move |event| on_code_input(&event, code.filter(|_| send_when_full), code))/>
    };
    let input = match kind {
        FieldKind::Code(digits) => view! {
            <span class="otp" data-digits=(digits != 6).then(|| digits.to_string())>{input}</span>
        }
        .into_any(),
        FieldKind::Password => {
            view! { <Reveal controls=parts.id.clone()>{input}</Reveal> }.into_any()
        }
        _ => input.into_any(),
    };
    view! {
        <div class="field">
            <label for=parts.id.clone()>{label}{super::choice::optional_mark(optional)}</label>
            {input}
            {parts.hint_and_error()}
        </div>
    }
}

/// A value that the form carries along as it is.
pub fn given(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}

/// A value that the form carries along, which may change.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: Signal<String>) -> impl IntoView {
    view! { <input type="hidden" name=name value=move || value.get()/> }
}

/// A password's eye; hidden until it can work.
#[component]
fn Reveal(controls: String, children: Children) -> impl IntoView {
    let awake = RwSignal::new(false);
    let shown = RwSignal::new(false);
    effect(move |_| awake.set(true));
    let id = StoredValue::new(controls.clone());
    let toggle = move |_| {
        let show = !shown.get_untracked();
        shown.set(show);
        if let Some(input) = document().get_element_by_id(&id.get_value()) {
            drop(input.set_attribute("type", if show { "text" } else { "password" }));
        }
    };
    view! {
        <div class="reveal">
            {children()}
            <button class="btn" data-variant="ghost" data-icon="" data-size="sm" type="button"
                aria-label="Show password" aria-controls=controls hidden=move || !awake.get()
                aria-pressed=move || shown.get().to_string() on:click=heard(toggle)>
                <Icon icon=Icon::Eye/>
            </button>
        </div>
    }
}

/// Strips what people type between digits, and sends a whole code if it may.
fn on_code_input(event: &web_sys::Event, send_at: Option<u8>, code: Option<u8>) {
    if code.is_none() {
        return;
    }
    let input = event_target::<web_sys::HtmlInputElement>(event);
    let typed = input.value();
    let bare: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    if bare != typed {
        input.set_value(&bare);
    }
    if send_at.is_some_and(|digits| bare.len() == usize::from(digits))
        && let Some(form) = input.form()
    {
        drop(form.request_submit());
    }
}

/// The parts that every kind of field shares: ids, hint, error.
#[derive(Clone)]
pub(super) struct Parts {
    form: FormState,
    name: &'static str,
    pub(super) id: String,
    hint: String,
}

impl Parts {
    pub(super) fn new(form: FormState, name: &'static str, hint: String) -> Self {
        Self {
            form,
            name,
            id: form.id(name),
            hint,
        }
    }

    pub(super) fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
        let (form, name) = (self.form, self.name);
        move || form.error(name).map(|_| "true")
    }

    pub(super) fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static {
        let Self {
            form,
            name,
            id,
            hint,
        } = self.clone();
        move || {
            let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
            match (hint, form.error(name)) {
                (Some(hint), Some(_)) => Some(format!("{id}-error {hint}")),
                (None, Some(_)) => Some(format!("{id}-error")),
                (hint, None) => hint,
            }
        }
    }

    pub(super) fn hint_and_error(&self) -> impl IntoView + use<> {
        let Self {
            form,
            name,
            id,
            hint,
        } = self.clone();
        let hint = (!hint.is_empty())
            .then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> }.into_any());
        let error = live(move || {
            let error = form.error(name)?;
            Some(
                view! {
                    <p class="error" id=format!("{id}-error")>
                        <Icon icon=Icon::CircleAlert/>
                        {error}
                    </p>
                }
                .into_any(),
            )
        });
        view! { {error}{hint} }
    }
}
