//! What the framework writes. It writes a path anew for each group of operations that has it, and of equal keys in JSON
//! only the last would stay.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, json};
use std::fmt;

/// The document that the framework wrote, with all operations of each path.
#[must_use]
pub fn read(spec: &str) -> Value {
    let Ok(Spec { paths: Paths(paths), mut rest }) = serde_json::from_str(spec) else { return Value::Null };
    rest.insert("paths".to_owned(), Value::Object(paths));
    Value::Object(rest)
}

#[derive(Deserialize)]
struct Spec {
    paths: Paths,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Paths with all of their operations.
struct Paths(Map<String, Value>);

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct United;

        impl<'de> Visitor<'de> for United {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Paths, A::Error> {
                let mut paths = Map::new();
                while let Some((path, operations)) = map.next_entry::<String, Map<String, Value>>()? {
                    match paths.entry(path).or_insert_with(|| json!({})) {
                        Value::Object(known) => known.extend(operations),
                        other => *other = Value::Object(operations),
                    }
                }
                Ok(Paths(paths))
            }
        }

        deserializer.deserialize_map(United)
    }
}
