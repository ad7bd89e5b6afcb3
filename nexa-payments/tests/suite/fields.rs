//! Every kind describes its settings, in every language, as its adapter reads them.

use crate::{connect, forged::targets::deaf};
use nexa_core::{
    domain::{
        setting::{Input, assemble, lay_out},
        shop::Locale,
    },
    text::{Arg, get, setting_key, with},
};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_setting_of_every_kind_has_a_name_in_every_language() {
    for kind in nexa_payments::kinds() {
        let fields = kind.fields();
        assert!(!fields.is_empty(), "{} describes nothing", kind.name());
        let names: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), fields.len(), "{} describes a setting twice", kind.name());
        assert!(fields.iter().any(|field| field.needed) || kind.name() == "usdt-tron", "{}", kind.name());
        for locale in Locale::ALL {
            for key in [format!("office-kind-{}", kind.name()), format!("office-kind-{}-hint", kind.name())] {
                assert_ne!(get(locale, &key), key, "{locale:?}");
            }
            for field in &fields {
                let key = setting_key(field.name);
                assert_ne!(get(locale, &key), key, "{} in {locale:?}", kind.name());
                if let Some((list, _)) = field.name.split_once(".*.") {
                    let key = format!("office-row-{list}");
                    assert_ne!(with(locale, &key, &[("number", Arg::Number(1))]), key, "{locale:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_shown_of_a_configuration_can_be_sent_back() {
    let kinds = nexa_payments::kinds();
    for (name, config) in deaf() {
        let kind = kinds.iter().find(|kind| kind.name() == name).expect("a kind");
        let fields = kind.fields();
        let laid = lay_out(&fields, &config, 1);
        for (key, value) in config.as_object().expect("an object") {
            let described = laid.iter().any(|of| of.name == *key || of.name.starts_with(&format!("{key}.")));
            assert!(described, "{name} does not describe {key}: {value}");
        }
        let typed: BTreeMap<String, String> =
            laid.iter().map(|of| (of.name.clone(), of.value.clone())).collect();
        assert_eq!(assemble(&fields, &typed, Some(&config)).expect("as it was"), config, "{name}");
        // Typed anew, with the secrets, it is the same configuration.
        let anew: BTreeMap<String, String> = laid
            .iter()
            .filter(|of| of.set)
            .map(|of| {
                let secret =
                    || config.get(&of.name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
                (of.name.clone(), if of.field.input == Input::Secret { secret() } else { of.value.clone() })
            })
            .collect();
        let made = assemble(&fields, &anew, None).expect("a configuration");
        connect(kind.as_ref(), made);
    }
}
