//! What follows the page's signals. Leptos compiles its machinery again for each type that it is given;
//! here all have one, so that one more costs the download little.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;

/// A part of a page that is drawn again whenever what it reads changes.
pub fn live<V: IntoView + 'static>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    let draw: Arc<Mutex<dyn FnMut() -> AnyView + Send>> =
        Arc::new(Mutex::new(move || draw().into_any()));
    draw.into_any()
}

/// What is done about an event.
pub fn heard<E>(run: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(run)
}

/// Runs in the browser, when the page is awake and whenever what it reads changes; it is told whether it
/// ran before.
pub fn effect(run: impl FnMut(bool) + 'static) {
    boxed_effect(Box::new(run));
}

#[inline(never)]
fn boxed_effect(mut run: Box<dyn FnMut(bool)>) {
    Effect::new(move |before: Option<()>| run(before.is_some()));
}
