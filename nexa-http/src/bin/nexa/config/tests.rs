//! Settings, read.

use super::*;

fn file(text: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexa.toml");
    std::fs::write(&path, text).unwrap();
    let mut settings = Settings::default();
    settings.file(&path).map_err(|stop| stop.to_string())?;
    settings.checked().map_err(|stop| stop.to_string())
}

#[test]
fn mail_is_set_in_a_block_without_its_password() {
    let text = "[mail]\nhost = \"mail.example.org\"\nport = 465\nsecurity = \"tls\"\nfrom = \"a@b.example\"";
    let settings = file(text).unwrap();
    assert_eq!((settings.mail.host.as_deref(), settings.mail.port()), (Some("mail.example.org"), 465));
    assert!(file("[mail]\npassword = \"x\"").unwrap_err().contains("NEXA_MAIL_PASSWORD"));
    assert!(file("[mail]\nhots = \"x\"").unwrap_err().contains("mail_host"));
    assert!(file("[mail]\nhost = \"mail.example.org\"").unwrap_err().contains("mail_from"));
    assert!(file("[male]\nhost = \"x\"").unwrap_err().contains("expected"));
}

#[test]
fn rates_are_set_in_a_block_without_their_key() {
    let settings =
        file("[rates]\nsources = [\"kraken\", \"binance\"]\nspread_bp = 50\nkraken_ton = \"GRAM\"").unwrap();
    assert_eq!((settings.rates.connect().unwrap().len(), settings.rates.spread_bp), (2, 50));
    assert!(file("[rates]\ncoingecko_key = \"x\"").unwrap_err().contains("NEXA_RATES_COINGECKO_KEY"));
    assert!(file("[rates]\nsource = \"x\"").unwrap_err().contains("rates_sources"));
    assert!(file("[rates]\nspread_bp = 5000").unwrap_err().contains("0 to 1000"));
}

#[test]
fn settings_are_read() {
    let settings = file(
        "listen = \"127.0.0.1:9\"\npublic_url = \"https://a.example/\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n\
         head_seconds = 3\ntest = true\nlocale = \"en\"\ncurrency = \"IRR\"\n",
    )
    .unwrap();
    assert_eq!(settings.public_url(), "https://a.example");
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!((settings.head_seconds, settings.test, settings.locale), (3, true, Locale::En));
}

#[test]
fn the_example_is_valid_with_every_line() {
    let text = include_str!("../../../../../examples/nexa.toml");
    assert!(file(text).is_ok());
    let bare = |line: &str| {
        line.strip_prefix("# ")
            .filter(|rest| rest.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')))
            .unwrap_or(line)
            .to_owned()
    };
    // A user goes with a password, which is not in the file.
    let given = |line: &String| !line.contains("_file = ") && !line.starts_with("user = ");
    let all: Vec<String> = text
        .replace("# [mail]", "[mail]")
        .replace("# [rates]", "[rates]")
        .replace("# [backup]", "[backup]")
        // The example's is none, so that nobody uses it by mistake.
        .replace("age1...", "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa")
        .lines()
        .map(bare)
        .filter(given)
        .collect();
    let settings = file(&all.join("\n")).unwrap();
    assert!(settings.mail.host.is_some());
    assert!(settings.backup.every.is_some() && settings.backup.lock.is_some());
    assert_eq!(settings.rates.connect().unwrap().len(), 5);
    assert_eq!((settings.serving.addresses.len(), settings.behind_proxy), (2, true));
    let named = |name: &&str| !text.contains(&format!("{name} = "));
    let secret = ["master_key", "node_exit", "password", "test"];
    let missing: Vec<_> = NAMES
        .into_iter()
        .chain(nexa_shadowsocks::NAMES)
        .chain(nexa_mail::NAMES.into_iter().filter_map(|name| name.strip_prefix("mail_")))
        .filter(named)
        .filter(|n| !secret.contains(n))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "settings that the example does not tell");
}

#[test]
fn misspelt_settings_are_refused_with_their_place() {
    let told = file("\n# note\npublicurl = \"x\"\n").unwrap_err();
    assert!(told.ends_with("nexa.toml:3: unknown setting `publicurl`; did you mean `public_url`?"), "{told}");
    let told = file("listen = 3\n").unwrap_err();
    assert!(told.contains("nexa.toml:1: listen: an address such as"), "{told}");
    let told = file("a = 1\nb = \n").unwrap_err();
    assert!(told.contains("nexa.toml:2: "), "{told}");
    assert!(file("master_key = \"x\"").unwrap_err().contains("NEXA_MASTER_KEY"));
}

#[test]
fn plain_http_in_public_is_refused() {
    assert!(file("listen = \"0.0.0.0:8080\"").unwrap_err().contains("--behind-proxy"));
    assert!(file("listen = \"0.0.0.0:8080\"\nbehind_proxy = true").is_ok());
}

#[test]
fn secrets_do_not_print() {
    let mut settings = Settings::default();
    settings.set("master_key", "very-secret", "test").unwrap();
    assert!(!format!("{settings:?}").contains("very-secret"));
}

#[test]
fn distances() {
    assert_eq!(distance("kitten", "sitting"), 3);
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(nearest("currancy"), "currency");
}
