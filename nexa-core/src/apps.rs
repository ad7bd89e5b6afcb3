//! The client apps that take a link by one tap: on which systems they run, the address that opens them, where to get them.
//!
//! One table for pages, guides and bots; an address of any other scheme is never written. Forms from
//! HiddifyPanel `apps_api.py`, hiddify.com "URL Scheme", `V2Board` (`subscribe-menu.tsx`) and Remnawave `app-config.json`.

use data_encoding::{BASE64, HEXUPPER};

/// An operating system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum System {
    /// Android.
    Android,
    /// iOS and iPadOS.
    Ios,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// Linux.
    Linux,
}

impl System {
    /// Every system, the most common first.
    pub const ALL: [Self; 5] = [Self::Android, Self::Ios, Self::Windows, Self::MacOs, Self::Linux];

    /// What it is called everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::Ios => "iOS",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::Linux => "Linux",
        }
    }
}

/// A client app.
pub struct App {
    /// Its name in addresses.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where it runs, and where to get it for that system.
    pub stores: &'static [(System, &'static str)],
    /// What stands before `{url}` (the link, percent-encoded), `{link}` (the link as it is), `{base64}` or `{name}` is
    /// replaced.
    form: &'static str,
}

use System::{Android, Ios, Linux, MacOs, Windows};

const HIDDIFY: &str = "https://github.com/hiddify/hiddify-app/releases/latest";
const SING_BOX: &str = "https://sing-box.sagernet.org/clients/";
const V2RAY_N: &str = "https://github.com/2dust/v2rayN/releases/latest";
const CLASH_VERGE: &str = "https://github.com/clash-verge-rev/clash-verge-rev/releases/latest";
const HAPP: &str = "https://www.happ.su/main/";

/// Every app, the ones that most people get along with first.
pub const APPS: [App; 10] = [
    App {
        id: "hiddify",
        name: "Hiddify",
        stores: &[(Android, HIDDIFY), (Ios, HIDDIFY), (Windows, HIDDIFY), (MacOs, HIDDIFY), (Linux, HIDDIFY)],
        form: "hiddify://import/{link}#{name}",
    },
    App {
        id: "v2rayng",
        name: "v2rayNG",
        stores: &[(Android, "https://github.com/2dust/v2rayNG/releases/latest")],
        form: "v2rayng://install-sub/?url={url}",
    },
    App {
        id: "streisand",
        name: "Streisand",
        stores: &[
            (Ios, "https://apps.apple.com/app/id6450534064"),
            (MacOs, "https://apps.apple.com/app/id6450534064"),
        ],
        form: "streisand://import/{link}#{name}",
    },
    App {
        id: "happ",
        name: "Happ",
        stores: &[(Android, HAPP), (Ios, HAPP), (Windows, HAPP), (MacOs, HAPP), (Linux, HAPP)],
        form: "happ://add/{link}",
    },
    App {
        id: "sing-box",
        name: "sing-box",
        stores: &[(Android, SING_BOX), (Ios, SING_BOX), (MacOs, SING_BOX)],
        form: "sing-box://import-remote-profile?url={url}#{name}",
    },
    App {
        id: "shadowrocket",
        name: "Shadowrocket",
        stores: &[(Ios, "https://apps.apple.com/app/id932747118")],
        form: "sub://{base64}",
    },
    App {
        id: "clash-meta",
        name: "Clash Meta",
        stores: &[
            (Android, "https://github.com/MetaCubeX/ClashMetaForAndroid/releases/latest"),
            (Windows, CLASH_VERGE),
            (MacOs, CLASH_VERGE),
            (Linux, CLASH_VERGE),
        ],
        form: "clash://install-config?url={url}&name={name}",
    },
    App {
        id: "v2rayn",
        name: "v2rayN",
        stores: &[(Windows, V2RAY_N), (MacOs, V2RAY_N), (Linux, V2RAY_N)],
        form: "v2rayn://install-sub/?url={url}",
    },
    App {
        id: "stash",
        name: "Stash",
        stores: &[(Ios, "https://stash.wiki/"), (MacOs, "https://stash.wiki/")],
        form: "stash://install-config?url={url}&name={name}",
    },
    App {
        id: "loon",
        name: "Loon",
        stores: &[(Ios, "https://apps.apple.com/app/id1373567447")],
        form: "loon://import?nodelist={url}",
    },
];

impl App {
    /// The app of this id.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        APPS.iter().find(|app| app.id == id)
    }

    /// The address that opens it with the link.
    #[must_use]
    pub fn address(&self, link: &str, name: &str) -> String {
        // The name comes last, so that nothing in it is taken for a place of its own.
        self.form
            .replace("{url}", &percent(link))
            .replace("{link}", link)
            .replace("{base64}", &BASE64.encode(link.as_bytes()))
            .replace("{name}", &percent(name))
    }

    /// Where to get it for a system.
    #[must_use]
    pub fn store(&self, system: System) -> Option<&'static str> {
        self.stores.iter().find(|(of, _)| *of == system).map(|(_, address)| *address)
    }
}

/// An app on one system, with the address that opens it with the link.
pub struct Import {
    /// The app's name.
    pub app: &'static str,
    /// The address.
    pub address: String,
    /// Where to get it.
    pub store: &'static str,
}

/// The apps of one system.
pub struct Group {
    /// The system's name.
    pub system: &'static str,
    /// Its apps.
    pub imports: Vec<Import>,
}

/// The apps by system, `own` first.
#[must_use]
pub fn by_system(link: &str, name: &str, own: Option<System>) -> Vec<Group> {
    let others = System::ALL.into_iter().filter(|system| Some(*system) != own);
    own.into_iter().chain(others).map(|system| group(link, name, system)).collect()
}

fn group(link: &str, name: &str, system: System) -> Group {
    let import = |app: &App| {
        Some(Import { app: app.name, address: app.address(link, name), store: app.store(system)? })
    };
    Group { system: system.name(), imports: APPS.iter().filter_map(import).collect() }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_app_is_opened_by_a_scheme_of_its_own() {
        let link = "https://shop.example/s/abc";
        let mut schemes = Vec::new();
        for app in &APPS {
            let address = app.address(link, "نکسا {url}\" <x>");
            assert!(address.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'<'), "{address}");
            assert!(!address.contains('{'), "{address}");
            let scheme = address.split_once("://").unwrap().0.to_owned();
            assert!(!["http", "https", "javascript", "data", "intent", "file"].contains(&scheme.as_str()));
            schemes.push(scheme);
            assert!(app.stores.iter().all(|(_, store)| store.starts_with("https://")));
            assert_eq!(App::named(app.id).map(|found| found.name), Some(app.name));
        }
        schemes.sort_unstable();
        schemes.dedup();
        assert_eq!(schemes.len(), APPS.len());
        assert!(App::named("javascript").is_none() && App::named("").is_none());
    }

    #[test]
    fn links_are_written_as_each_app_takes_them() {
        let address = |id: &str| App::named(id).unwrap().address("https://a.example/s/t", "Net");
        assert_eq!(address("hiddify"), "hiddify://import/https://a.example/s/t#Net");
        assert_eq!(address("v2rayng"), "v2rayng://install-sub/?url=https%3A%2F%2Fa.example%2Fs%2Ft");
        assert_eq!(address("shadowrocket"), "sub://aHR0cHM6Ly9hLmV4YW1wbGUvcy90");
        assert_eq!(
            address("clash-meta"),
            "clash://install-config?url=https%3A%2F%2Fa.example%2Fs%2Ft&name=Net"
        );
    }

    #[test]
    fn the_own_system_comes_first() {
        let groups = by_system("l", "n", Some(System::Windows));
        let systems: Vec<_> = groups.iter().map(|g| g.system).collect();
        assert_eq!(systems, ["Windows", "Android", "iOS", "macOS", "Linux"]);
        assert!(
            groups[0].imports.iter().any(|i| i.app == "v2rayN")
                && groups.iter().all(|g| !g.imports.is_empty())
        );
        assert_eq!(by_system("l", "n", None).len(), 5);
    }
}
