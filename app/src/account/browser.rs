//! What a browser calls itself, in words that its operator knows.

/// "Firefox on Windows", from the header `User-Agent`; what is not known as a browser stays as it is.
pub(super) fn in_words(agent: &str) -> String {
    // Most claim to be others too: the first that is found is the one.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |of: &[(&str, &'static str)]| {
        let named = of.iter().find(|(sign, _)| agent.contains(sign));
        named.map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if agent.is_empty() => "Unknown".to_owned(),
        (None, _) => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_browser_has_its_own_name_and_its_system_s() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/126.0.0.0 Safari/537.36";
        assert_eq!(in_words(chrome), "Chrome on Linux");
        assert_eq!(in_words(&format!("{chrome} Edg/126.0")), "Edge on Linux");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1";
        assert_eq!(in_words(phone), "Safari on iPhone");
        assert_eq!(in_words("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(in_words(""), "Unknown");
    }
}
