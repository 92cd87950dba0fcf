//! The fields that adding and editing a user share.

use domain::people::Managed;
use domain::{ContactKind, User};
use leptos::prelude::*;

use crate::ui::form::{Field, TextArea};

/// Names and contacts, as they stand; empty for a user to be. Contacts are left out for whoever may not
/// see them in full.
pub(super) fn fields(it: Option<&Managed>) -> AnyView {
    let of = |part: fn(&User) -> &String| it.map(|it| part(&it.user).clone()).unwrap_or_default();
    let written = |kind| {
        it.map(|it| lines(&it.user, kind).join("\n"))
            .unwrap_or_default()
    };
    let contacts = it.is_none_or(|it| it.contacts).then(|| {
        view! {
            <TextArea name="phones" label="Phone numbers" optional=true
                value=written(ContactKind::Phone)
                hint="One on each line. The first is offered first."/>
            <TextArea name="emails" label="Email addresses" optional=true
                value=written(ContactKind::Email)
                hint="One on each line. The first is offered first."/>
        }
        .into_any()
    });
    view! {
        <Field name="username" label="Username" value=of(|user| &user.username) required=true
            maxlength=64 hint="Unique in the realm, however it is written."/>
        <Field name="given_name" label="Given name" value=of(|user| &user.given_name)
            optional=true maxlength=80/>
        <Field name="family_name" label="Family name" value=of(|user| &user.family_name)
            optional=true maxlength=80/>
        <Field name="department" label="Department" value=of(|user| &user.department)
            optional=true maxlength=80/>
        {contacts}
    }
    .into_any()
}

/// A user's numbers or addresses, the preferred one first.
pub(super) fn lines(user: &User, kind: ContactKind) -> Vec<&str> {
    let contacts = user.contacts.iter().filter(|contact| contact.kind == kind);
    contacts.map(|contact| contact.value.as_str()).collect()
}
