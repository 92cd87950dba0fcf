//! One request of the browser, without a library around its own `fetch`.

use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, Response, UrlSearchParams};

/// Posts these fields, or gets where there are none; `None` when no answer came. Nobody waits for
/// an answer whose future is gone, so the request is stopped then.
pub(super) fn fetch(
    path: &'static str,
    fields: Option<String>,
) -> SendWrapper<impl Future<Output = Option<(u16, String)>>> {
    SendWrapper::new(async move { answer(path, fields).await.ok().flatten() })
}

async fn answer(path: &str, fields: Option<String>) -> Result<Option<(u16, String)>, JsValue> {
    let stop = StopOnDrop(AbortController::new()?);
    let init = RequestInit::new();
    init.set_signal(Some(&stop.0.signal()));
    if let Some(fields) = fields {
        init.set_method("POST");
        // As this type it says by itself that it is a form.
        init.set_body(&UrlSearchParams::new_with_str(&fields)?.into());
    }
    let asked = leptos::prelude::window().fetch_with_str_and_init(path, &init);
    let response: Response = JsFuture::from(asked).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    Ok(body.as_string().map(|body| (response.status(), body)))
}

struct StopOnDrop(AbortController);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
