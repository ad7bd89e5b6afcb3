//! Puts a shop back from a backup: beside what is there first, and in its place only when all is well.

use super::{
    super::{Stop, cli::RestoreArgs, compose, config::Settings, database, keys, life::log, say},
    read::{self, Opened},
    stop,
    workshop::Workshop,
};
use nexa_core::{
    engine::Nexa,
    ports::storage::Storage,
    sql::{OpenError, PostgresStorage, SqliteStorage},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

/// Databases up to this size are looked through row by row before they are used; a greater one was looked through when the
/// backup was made, and its hash says that it is the same.
const LOOKED_THROUGH: u64 = 256 << 20;

/// `nexa restore`.
pub async fn restore(args: &RestoreArgs) -> Result<ExitCode, Stop> {
    let settings = Settings::load(args.options.config.as_deref(), &args.options.given())?;
    log("warn", settings.log_json)?;
    let unlock = settings.backup.unlock(args.identity.as_deref()).map_err(stop)?;
    let workshop = Workshop::take_now(&settings.data)?;
    let place = database::file(&settings);
    // Held until the end, so that no shop opens what is being put together.
    let held =
        if settings.database.is_none() { Some(SqliteStorage::hold(&place).map_err(refused)?) } else { None };
    let file = read::fetched(&settings, &workshop, &args.from).await?;
    let draft = workshop.file("nexa.db");
    let opened = read::opened(&settings, &file, unlock, &draft).await?;
    if opened.contents.manifest.database.bytes <= LOOKED_THROUGH {
        read::looked_through(&opened, &draft).await?;
    }
    prepare(&opened, &draft).await?;
    // Before the database: a key without one harms nobody, a database without its key is lost.
    if let Some(key) = opened.contents.key.as_deref() {
        keys::put_back(&settings, key)?;
    }
    let kept = match &settings.database {
        Some(url) => {
            let now = compose::world().now();
            let kept =
                PostgresStorage::restore(url.expose(), &draft, args.replace, now).await.map_err(|error| {
                    let more =
                        if args.replace { "" } else { "; --replace keeps what is there under another name" };
                    Stop::Usage(format!("{}{more}", refused(error)))
                })?;
            kept.map(|schema| format!("the schema {schema}"))
        }
        None => swap(&draft, &place)?.map(|path| path.display().to_string()),
    };
    drop(held);
    say(&format!(
        "The shop is as it was at {}. Start it with `nexa serve`.",
        opened.contents.manifest.made_at
    ));
    if let Some(kept) = kept {
        say(&format!("What was there before is kept as {kept}."));
    }
    say("Then look at what waits under Payments: money that came since then has no order here.");
    Ok(ExitCode::SUCCESS)
}

fn refused(error: OpenError) -> Stop {
    match error {
        OpenError::InUse(_) => Stop::usage(format!("{error}: stop the shop first")),
        other => Stop::usage(other.to_string()),
    }
}

/// Makes a copy of then fit to go on with now, and notes what has to be asked for.
async fn prepare(opened: &Opened, draft: &Path) -> Result<(), Stop> {
    let made_at = opened.contents.manifest.made_at;
    SqliteStorage::pass_over(draft, made_at, compose::world().now()).await.map_err(Stop::broken)?;
    // Opening also brings an older database to the version of this program, or refuses it.
    let storage = Arc::new(SqliteStorage::open(draft).await.map_err(|error| Stop::usage(error.to_string()))?);
    let shared: Arc<dyn Storage> = Arc::<SqliteStorage>::clone(&storage);
    let noted = Nexa::builder(shared, opened.keys.clone()).build().restored(made_at).await;
    storage.close().await;
    noted.map_err(Stop::broken)
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// Puts the draft in its place; what was there is kept beside it, together with its log. Gives the name of that.
fn swap(draft: &Path, place: &Path) -> Result<Option<PathBuf>, Stop> {
    let broken = |path: &Path, error: std::io::Error| Stop::Broken(format!("{}: {error}", path.display()));
    let time = compose::world().now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let kept = with(place, &format!("{}{time}", database::ASIDE));
    let mut any = false;
    // The log of a database goes with it, and must not be found beside another one.
    for end in ["", "-wal", "-shm"] {
        let from = with(place, end);
        if from.exists() {
            fs::rename(&from, with(&kept, end)).map_err(|e| broken(&from, e))?;
            any |= end.is_empty();
        }
    }
    File::open(draft).and_then(|file| file.sync_all()).map_err(|e| broken(draft, e))?;
    fs::rename(draft, place).map_err(|e| broken(place, e))?;
    let folder = place.parent().unwrap_or(place);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| broken(folder, e))?;
    Ok(any.then_some(kept))
}
