//! How browsers are sent the files of a build.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use app::ui::icon::DRAWINGS;
use http::StatusCode;

use crate::demo::{Answer, demo_with, get_with};

const HASHED: &str = "/pkg/tokendesk.0123456789abcdef0123.wasm";

/// A site as `scripts/build --release` leaves it: what each file holds says what it is.
static SITE: LazyLock<&str> = LazyLock::new(|| {
    let site = concat!(env!("CARGO_TARGET_TMPDIR"), "/site-of-assets");
    fs::create_dir_all(Path::new(site).join("pkg")).unwrap();
    for (file, holds) in [
        (HASHED, "plain"),
        (&format!("{HASHED}.br"), "brotli"),
        (&format!("{HASHED}.gz"), "gzip"),
        ("/pkg/tokendesk.css", "plain"),
        ("/icons.svg", "plain"),
        ("/icons.svg.br", "brotli"),
    ] {
        fs::write(format!("{site}{file}"), holds).unwrap();
    }
    site
});

async fn fetched(path: &str, reads: &str) -> Answer {
    get_with(demo_with(&SITE), path, &[("accept-encoding", reads)]).await
}

#[tokio::test]
async fn a_file_is_sent_as_it_was_compressed_when_it_was_built() {
    for (reads, encoding, holds) in [
        ("gzip, deflate, br, zstd", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("gzip, br;q=0", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let answer = fetched(HASHED, reads).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{reads}");
        assert_eq!(answer.body, holds, "{reads}");
        assert_eq!(answer.header("content-type"), "application/wasm");
        assert_eq!(answer.header("vary"), "accept-encoding", "{reads}");
    }
    assert_eq!(fetched("/icons.svg", "br").await.body, "brotli");
}

#[tokio::test]
async fn only_a_file_whose_address_changes_with_its_content_is_kept_for_good() {
    let kept = |answer: &Answer| answer.header("cache-control").to_owned();
    let drawings = format!("/icons.svg?{DRAWINGS}");
    for path in [HASHED, &drawings] {
        let kept = kept(&fetched(path, "br").await);
        assert_eq!(kept, "public, max-age=31536000, immutable", "{path}");
    }
    let css = format!("/pkg/tokendesk.css?{DRAWINGS}");
    for path in ["/icons.svg", "/icons.svg?0123456789abcdef", &css] {
        assert_eq!(kept(&fetched(path, "br").await), "no-cache", "{path}");
    }
    let gone = fetched("/pkg/tokendesk.ffffffffffffffffffff.wasm", "br").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(kept(&gone), "no-store");
}
