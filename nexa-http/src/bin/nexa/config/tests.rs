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
    // Who reads backups is told in one way, and in words that there is another.
    let secret = ["master_key", "node_exit", "password", "passphrase_file", "test"];
    let missing: Vec<_> = NAMES
        .iter()
        .copied()
        .chain(reach::NAMES)
        .chain(fleet::NAMES)
        .chain(moving::NAMES)
        .chain(secrets::FILES.map(|name| {
            ["mail_", "rates_", "backup_"].iter().fold(name, |name, block| name.trim_start_matches(block))
        }))
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
fn an_address_of_a_server_shows_no_password() {
    assert!(file("valkey = \"redis://127.0.0.1:6379/2\"").unwrap().valkey.is_some());
    assert!(file("valkey = \"127.0.0.1:6379\"").unwrap_err().contains("redis://127.0.0.1:6379"));
    let told = file("valkey = \"redis://:very-secret@127.0.0.1\"").unwrap_err();
    assert!(told.contains("NEXA_VALKEY") && !told.contains("very-secret"), "{told}");
    let told = file("database = \"postgres://nexa@localhost/nexa?password=very-secret\"").unwrap_err();
    assert!(told.contains("NEXA_DATABASE") && !told.contains("very-secret"), "{told}");
    assert!(file("database = \"postgres://nexa@localhost/nexa?sslmode=require\"").is_ok());
    let told = file("migrate_from = \"postgres://nexa:very-secret@localhost/nexa\"").unwrap_err();
    assert!(told.contains("NEXA_MIGRATE_FROM") && !told.contains("very-secret"), "{told}");
    assert!(file("migrate_to = \"nexa.db\"").unwrap_err().contains("sqlite:PATH"));
    let mut settings = Settings::default();
    settings.set("valkey", "rediss://:very-secret@127.0.0.1", "test").unwrap();
    settings.set("migrate_from", "postgres://nexa:very-secret@localhost/nexa", "test").unwrap();
    assert!(!format!("{settings:?}").contains("very-secret"));
}

#[test]
fn plain_http_in_public_is_refused() {
    assert!(file("listen = \"0.0.0.0:8080\"").unwrap_err().contains("--behind-proxy"));
    assert!(file("listen = \"0.0.0.0:8080\"\nbehind_proxy = true").is_ok());
    let own = file("listen = \"0.0.0.0:443\"\nacme_domains = [\"shop.example\", \"b.example\"]").unwrap();
    assert_eq!((own.public_url().as_str(), own.is_local()), ("https://shop.example", false));
    assert!(file("tls_certificate = \"a.pem\"").unwrap_err().contains("together"));
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

#[test]
fn those_who_watch_are_told_on_this_machine_unless_it_is_said() {
    let admin = |text: &str| file(text).map(|settings| settings.admin.map(|at| at.to_string()));
    assert_eq!(admin(""), Ok(None), "off by default");
    assert_eq!(admin("admin = \"127.0.0.1:9464\""), Ok(Some("127.0.0.1:9464".to_owned())));
    assert_eq!(admin("admin = \"[::1]:9464\""), Ok(Some("[::1]:9464".to_owned())));
    for everywhere in ["0.0.0.0:9464", "[::]:9464", "192.168.1.5:9464", "203.0.113.7:9464"] {
        let text = format!("admin = \"{everywhere}\"");
        assert!(admin(&text).unwrap_err().contains("--admin-public"), "{everywhere}");
        assert!(admin(&format!("{text}\nadmin_public = true")).is_ok(), "{everywhere}");
    }
    assert!(admin("admin = \"9464\"").unwrap_err().contains("127.0.0.1:9464"));
}

#[test]
fn each_secret_can_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mut settings = Settings::default();
    let url = write("url", "postgres://nexa:hunter2@localhost/nexa\n");
    settings.set("database_file", &url, "NEXA_DATABASE_FILE").unwrap();
    assert_eq!(settings.database.as_ref().unwrap().expose(), "postgres://nexa:hunter2@localhost/nexa");
    let word = write("word", "two words \r\n");
    settings.set("mail_password_file", &word, "NEXA_MAIL_PASSWORD_FILE").unwrap();
    assert_eq!(
        settings.mail.password.as_ref().unwrap().expose(),
        "two words ",
        "only the line's end is none of it"
    );
    settings.set("rates_coingecko_key_file", &word, "x").unwrap();
    assert!(settings.rates.coingecko_key.is_some());
    let link = "ss://2022-blake3-aes-128-gcm:AAAAAAAAAAAAAAAAAAAAAA%3D%3D@192.0.2.1:4000";
    settings.set("node_exit_file", &write("link", link), "x").unwrap();
    settings.set("master_key_file", "/run/key", "x").unwrap();
    assert_eq!(settings.master_key_file, Some(PathBuf::from("/run/key")), "it may have to be made first");
    let told =
        |name: &str, file: &str| Settings::default().set(name, file, "NEXA_X_FILE").unwrap_err().to_string();
    assert!(told("mail_password_file", "/nowhere").starts_with("NEXA_X_FILE: mail_password_file: "));
    assert!(told("mail_password_file", &write("empty", "\n")).contains("empty"));
    let told = told("database_file", &write("wrong", "mysql://nexa:hunter2@localhost"));
    assert!(told.contains("an address such as") && !told.contains("hunter2"), "{told}");
}

#[test]
fn credentials_of_the_service_manager_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nexa.mail_password"), "hunter2\n").unwrap();
    std::fs::write(folder.path().join("nexa.unknown"), "x").unwrap();
    let mut settings = Settings::default();
    settings.set("master_key_file", "/run/key", "nexa.toml").unwrap();
    settings.credentials(folder.path()).unwrap();
    assert_eq!(settings.mail.password.as_ref().unwrap().expose(), "hunter2");
    assert!(settings.master_key_file.is_some(), "what is not there changes nothing");
    std::fs::write(folder.path().join("nexa.master_key"), "abc\n").unwrap();
    settings.credentials(folder.path()).unwrap();
    assert_eq!(settings.master_key.as_ref().unwrap().expose(), "abc");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn a_secret_that_is_given_twice_is_refused() {
    let both = ["NEXA_DATABASE", "NEXA_DATABASE_FILE"];
    let told = secrets::given_once(|name| both.contains(&name)).unwrap_err().to_string();
    assert!(told.contains("NEXA_DATABASE and NEXA_DATABASE_FILE"), "{told}");
    assert!(secrets::given_once(|name| name == "NEXA_DATABASE").is_ok());
    for (secret, file) in secrets::SECRETS.iter().zip(secrets::FILES) {
        assert_eq!(format!("{secret}_file"), file);
    }
}
