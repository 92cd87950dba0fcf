//! Settings as they were written: text with the place it came from, so that each refusal can name it.

use std::{collections::BTreeMap, fmt::Display, io, path::Path, path::PathBuf, str::FromStr};

use toml::Value;

/// The names of all settings.
const NAMES: [&str; 10] = [
    "listen",
    "public_url",
    "database_url",
    "owner_database_url",
    "data_dir",
    "key_file",
    "time_zone",
    "trusted_proxies",
    "log",
    "site_root",
];

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named, or the default one, cannot be read.
    #[error("cannot read the settings in {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no TOML.
    #[error("{}: line {line}: not valid TOML: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there, without the line's text, which may hold a password.
        reason: String,
    },
    /// A key or variable that is no setting.
    #[error("{what}; settings are: {}", NAMES.join(", "))]
    Unknown {
        /// Which, and where.
        what: String,
    },
    /// A value that is not of its setting's type.
    #[error("{place}: {reason}")]
    Value {
        /// The variable, or the file and key.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// One setting as it was written.
struct Written {
    place: String,
    text: String,
}

/// All settings as they were written.
pub(super) struct Raw(BTreeMap<&'static str, Written>);

impl Raw {
    pub(super) fn from_file(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = path.display();
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let reason = error.message().to_owned();
            ConfigError::Syntax {
                path: path.to_owned(),
                line,
                reason,
            }
        })?;
        let mut settings = BTreeMap::new();
        for (key, value) in table {
            let name = known(&key, || format!("{file}: unknown setting `{key}`"))?;
            let place = format!("{file}, {name}");
            let text = match value {
                Value::String(text) => text,
                Value::Array(list) if name == "trusted_proxies" => {
                    let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                    texts.join(",")
                }
                _ => {
                    return Err(ConfigError::Value {
                        place,
                        reason: "must be a text".to_owned(),
                    });
                }
            };
            settings.insert(name, Written { place, text });
        }
        Ok(Self(settings))
    }

    /// Adds the variables that are ours; an empty one counts as not set.
    pub(super) fn add_variables(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (place, text) in variables {
            let unknown = || format!("unknown variable {place}");
            let name = match (place.as_str(), place.strip_prefix("TOKENDESK_")) {
                ("DATABASE_URL", _) => "database_url",
                // The one name that everybody's tools know: two would be one too many.
                (_, Some("DATABASE_URL")) => {
                    let what = unknown() + " (it is called DATABASE_URL)";
                    return Err(ConfigError::Unknown { what });
                }
                (_, Some(rest)) => known(&rest.to_ascii_lowercase(), unknown)?,
                (_, None) => continue,
            };
            if !text.is_empty() {
                self.0.insert(name, Written { place, text });
            }
        }
        Ok(())
    }

    /// The setting `name`, parsed as its type says.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<Option<T>, ConfigError>
    where
        T: FromStr<Err: Display>,
    {
        self.with(name, |text| {
            text.parse::<T>().map_err(|error| error.to_string())
        })
    }

    /// The setting `name`, parsed by `parse`.
    pub(super) fn with<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        debug_assert!(NAMES.contains(&name), "{name} is in no list");
        let Some(written) = self.0.get(name) else {
            return Ok(None);
        };
        match parse(&written.text) {
            Ok(value) => Ok(Some(value)),
            Err(reason) => Err(ConfigError::Value {
                place: written.place.clone(),
                reason,
            }),
        }
    }
}

fn known(key: &str, unknown: impl FnOnce() -> String) -> Result<&'static str, ConfigError> {
    let found = NAMES.into_iter().find(|&name| name == key);
    found.ok_or_else(|| ConfigError::Unknown { what: unknown() })
}
