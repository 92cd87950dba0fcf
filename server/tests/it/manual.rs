//! The table of what must hold names tests, and they exist.

use std::path::Path;

#[test]
fn every_test_that_the_manual_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manual = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut named = 0;
    for name in manual.split('`').skip(1).step_by(2) {
        let Some((file, test)) = name.split_once("::").filter(|(file, _)| file.contains('/'))
        else {
            continue;
        };
        let text = std::fs::read_to_string(root.join(file));
        let text = text.unwrap_or_else(|error| panic!("{file}: {error}"));
        let (rust, journey) = (format!("fn {test}("), format!("test('{test}'"));
        assert!(text.contains(&rust) || text.contains(&journey), "{name}");
        named += 1;
    }
    assert!(named > 100, "{named}");
}
