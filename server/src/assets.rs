//! The files that the browser fetches: code, styles, fonts, icons.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use leptos::prelude::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

use crate::router::Doors;

/// Everything below the site's folder that is not a page.
pub fn routes(options: &LeptosOptions) -> Router<Doors> {
    let site = Path::new(&*options.site_root);
    let pkg = format!("/{}", options.site_pkg_dir);
    let mut routes = Router::new()
        .nest_service(&pkg, folder(&site.join(&*options.site_pkg_dir)))
        .nest_service("/fonts", folder(&site.join("fonts")));
    for drawing in ["art.svg", "favicon.svg", "icons.svg", "select.svg"] {
        routes = routes.route_service(&format!("/{drawing}"), ServeFile::new(site.join(drawing)));
    }
    routes.layer(from_fn(cached))
}

fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
}

/// A file whose name changes with its content is kept for a year; any other is asked for again,
/// which costs one 304.
async fn cached(request: Request, next: Next) -> Response {
    let kept = match is_hashed(request.uri().path()) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    }
    response
}

/// Whether the name carries a hash, as in `tokendesk.8Yk3oLq2Zs1xWnVbCdEfGh.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut parts = name.split('.').rev();
    let (_extension, hash) = (parts.next(), parts.next());
    parts.next().is_some()
        && hash.is_some_and(|hash| {
            hash.len() >= 16
                && hash
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        })
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_a_hash_makes_a_name_lasting() {
        assert!(is_hashed("/pkg/tokendesk.8Yk3oLq2Zs1xWnVbCdEfGh.wasm"));
        assert!(!is_hashed("/pkg/tokendesk.wasm"));
        assert!(!is_hashed("/fonts/jetbrains-mono-latin.woff2"));
    }
}
