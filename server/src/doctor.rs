//! `confab doctor`: what stands in the way of meetings on this machine, and what to open or change.
//!
//! Each module looks at one thing in two halves: `probe` does the looking and answers facts, `judge` makes findings of
//! the facts and does nothing else. Nothing is changed by it: what a probe makes it takes away again.

mod addresses;
mod certificate;
mod clock;
mod data;
mod files;
mod listen;
mod media;
mod name;
mod relay;
mod report;

use crate::config::Config;
use crate::config::Error;

pub(crate) use data::foreign_owner;
pub use report::Finding;
pub use report::Report;
pub use report::Verdict;

/// Looks at everything that `config` leads to. May run beside a serving Confab.
///
/// # Cancellation
/// Dropping the future leaves nothing behind but a probe's file in the data folder, at worst.
pub async fn examine(config: Result<Config, Error>) -> Report {
    // Another part of the process may have chosen the same provider before.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut report = Report::default();
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            let advice = "Correct it; confab.toml.example and docs/OPERATIONS.md explain every key.";
            report.add(Finding::fail("configuration", error.to_string(), advice));
            return report;
        }
    };
    report.add(Finding::ok("configuration", "can be used"));
    let holder = listen::probe(&config).await;
    let serving = holder.is_confab();
    report.add(listen::judge(&holder, config.listen));
    report.extend(listen::judge_redirect(listen::probe_redirect(&config), serving));
    report.extend(media::judge(&media::probe(&config.media), serving));
    let name = name::probe(&config).await;
    let own = addresses::probe(&config.media);
    report.extend(addresses::judge(&own, name.public_addresses(), config.turn.is_some()));
    report.extend(name::judge(&name, &own));
    let certificate = config.tls.as_ref().map(certificate::probe);
    let now = crate::clock::now();
    if let Some(certificate) = &certificate {
        report.extend(certificate::judge(certificate, name.host(), holder.certificate(), now));
    }
    report.extend(clock::judge(&clock::probe().await, now));
    report.extend(data::judge(&data::probe(&config).await, serving));
    report.add(files::judge(files::probe()));
    if let Some(turn) = &config.turn {
        report.extend(relay::judge(&relay::probe(turn, now).await));
    }
    report
}
