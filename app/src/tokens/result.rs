//! What came out of a code, shown in place of its form: a mark, its words, and the ways on.

use domain::tab::Detail;
use leptos::prelude::*;

use crate::paths;
use crate::ui::action::Dialog;
use crate::ui::icon::Icon;
use crate::ui::live::heard;

/// The tone, the mark, the heading and the sentence of a result.
pub(super) type Words = (&'static str, Icon, String, String);

/// A result with what helps after it. `again` is a further button beside the way out.
pub(super) fn view(
    it: &Detail,
    (tone, icon, title, about): Words,
    steps: Vec<AnyView>,
    again: Option<AnyView>,
) -> AnyView {
    let worked = tone == "success";
    let role = if worked { "status" } else { "alert" };
    let next = (!steps.is_empty()).then(|| {
        view! {
            <div class="stack" data-gap="sm">
                {heading("What to do next".to_owned())}
                <div class="next">{steps}</div>
            </div>
        }
        .into_any()
    });
    view! {
        <div class="body form">
            <div class="stack" data-gap="lg">
                <div class="result" role=role>
                    <span class="mark" data-tone=tone><Icon icon/></span>
                    {heading(title)}
                    <p class="muted">{about}</p>
                </div>
                {next}
            </div>
        </div>
        <footer class="row form">{again}{way_out(it, worked)}</footer>
    }
    .into_any()
}

/// Below the page's title, or below the dialog's, which is below the page's.
fn heading(words: String) -> AnyView {
    match use_context::<Dialog>() {
        Some(_) => view! { <h3>{words}</h3> }.into_any(),
        None => view! { <h2>{words}</h2> }.into_any(),
    }
}

/// The way out of a result: the dialog's own, or the token's page.
fn way_out(it: &Detail, worked: bool) -> AnyView {
    let variant = worked.then_some("primary");
    match use_context::<Dialog>() {
        Some(dialog) => view! {
            <button class="btn" data-variant=variant data-leave="" type="button"
                on:click=heard(move |_| dialog.close.run(()))>
                {if worked { "Done" } else { "Close" }}
            </button>
        }
        .into_any(),
        None => view! {
            <a class="btn" data-variant=variant data-leave=""
                href=paths::token(it.user.id, &it.token.serial)>
                {if worked { "Done" } else { "View token" }}
            </a>
        }
        .into_any(),
    }
}
