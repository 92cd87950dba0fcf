//! Why an operator does something: the field that asks for it, and how it is read.

use leptos::prelude::*;

use crate::ui::form::Field;
#[cfg(feature = "ssr")]
use {crate::problem::Problem, crate::text::bad_line, domain::Reason};

/// May be left empty. Drawn by the form around it.
pub(crate) fn field() -> impl IntoView {
    view! {
        <Field name="reason" label="Reason" optional=true maxlength=200
            hint="Kept in the audit log. 200 characters at most."/>
    }
}

/// What was typed, for a form that has no other field to refuse.
#[cfg(feature = "ssr")]
pub(crate) fn parse(typed: &str) -> Result<Reason, Problem> {
    let mut problem = Problem::invalid();
    let reason = problem.take("reason", Reason::parse(typed), bad_line);
    Ok(problem.or(reason)?.unwrap_or_default())
}
