//! The files that the browser fetches: code, styles, fonts, icons.

use std::fs;
use std::path::Path;

use app::ui::icon::DRAWINGS;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, VARY};
use http::{HeaderValue, StatusCode, Uri};
use leptos::prelude::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

use crate::router::Doors;

/// What the code and the style sheet are called without the hash of a build.
const PLAIN: &str = "tokendesk";

/// Everything below the site's folder that is not a page.
pub fn routes(options: &LeptosOptions) -> Router<Doors> {
    let site = Path::new(&*options.site_root);
    let pkg = format!("/{}", options.site_pkg_dir);
    let mut routes = Router::new()
        .nest_service(&pkg, folder(&site.join(&*options.site_pkg_dir)))
        .nest_service("/fonts", folder(&site.join("fonts")));
    for drawing in ["art.svg", "favicon.svg", "icons.svg", "select.svg"] {
        let file = ServeFile::new(site.join(drawing))
            .precompressed_br()
            .precompressed_gzip();
        routes = routes.route_service(&format!("/{drawing}"), file);
    }
    routes.layer(from_fn(cached))
}

fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
}

/// What this build's code and style sheet are called, without their endings: `tokendesk.{hash}` as
/// `scripts/build` names them, `tokendesk` as `make dev` does.
pub fn output_name(pkg: &Path) -> String {
    let hashed = || {
        let names = fs::read_dir(pkg).ok()?.flatten();
        let mut names = names.filter_map(|it| it.file_name().into_string().ok());
        names.find_map(|name| {
            let name = name.strip_suffix(".wasm")?;
            name.starts_with("tokendesk.").then(|| name.to_owned())
        })
    };
    let is_plain = pkg.join(format!("{PLAIN}.wasm")).exists();
    let hashed = if is_plain { None } else { hashed() };
    hashed.unwrap_or_else(|| PLAIN.to_owned())
}

/// A file whose address changes with its content is kept for a year; any other is asked for again, which
/// costs one 304. What is kept between here and browsers is told that not each of them reads the same.
async fn cached(request: Request, next: Next) -> Response {
    let kept = match is_lasting(request.uri()) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    }
    response
}

/// Whether the address is that of this content alone: by its name, or that of the drawings by their number.
fn is_lasting(address: &Uri) -> bool {
    let is_drawing = address.path().ends_with(".svg");
    is_hashed(address.path()) || (is_drawing && address.query() == Some(DRAWINGS))
}

/// Whether the name carries a hash, as in `tokendesk.8f3kd02ms9al4hx7qw1z.wasm`.
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
    use super::{is_hashed, output_name};
    use std::fs;
    use std::path::Path;

    #[test]
    fn only_a_hash_makes_a_name_lasting() {
        assert!(is_hashed("/pkg/tokendesk.8f3kd02ms9al4hx7qw1z.wasm"));
        assert!(!is_hashed("/pkg/tokendesk.wasm"));
        assert!(!is_hashed("/fonts/jetbrains-mono-latin.woff2"));
    }

    #[test]
    fn the_name_of_a_build_is_found_in_its_folder() {
        let pkg = std::env::temp_dir().join(format!("tokendesk-pkg-{}", std::process::id()));
        assert_eq!(output_name(&pkg), "tokendesk");
        fs::create_dir_all(&pkg).unwrap();
        for ending in ["js", "wasm", "wasm.br", "css"] {
            fs::write(pkg.join(format!("tokendesk.0123abcd.{ending}")), "").unwrap();
        }
        assert_eq!(output_name(&pkg), "tokendesk.0123abcd");
        // what `make dev` puts beside it is newer
        fs::write(pkg.join("tokendesk.wasm"), "").unwrap();
        assert_eq!(output_name(&pkg), "tokendesk");
        fs::remove_dir_all(&pkg).unwrap();
    }

    /// Browsers keep a font for a year, so another one needs another name.
    #[test]
    fn a_font_carries_the_hash_of_its_content() {
        let fonts = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../style/public/fonts"
        ));
        let sheet = include_str!("../../style/fonts.css");
        let mut seen = 0;
        for file in fs::read_dir(fonts).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if let Some(stem) = name.strip_suffix(".woff2") {
                let hash = blake3::hash(&fs::read(&path).unwrap()).to_hex();
                let (_, carried) = stem.split_once('.').unwrap_or_default();
                assert_eq!(carried, &hash[..20], "{name}");
                assert!(sheet.contains(&format!("/fonts/{name}")), "{name}");
                seen += 1;
            }
        }
        assert!(seen >= 3);
        let shell = include_str!("../../app/src/lib.rs");
        let (_, preloaded) = shell.split_once("/fonts/").unwrap();
        let (preloaded, _) = preloaded.split_once('"').unwrap();
        assert!(fonts.join(preloaded).exists(), "{preloaded}");
    }
}
