//! The database's log, as the last process left it.
//!
//! A process that is killed while it writes, or whose disk is full, leaves a part of a record behind. Where that ends the
//! log, the database would write on behind it; where other records follow, it drops them, replaces the file, and writes on
//! in the one that it replaced. Either way it loses at its next sudden end what it acknowledged in between. So the log is
//! cut off behind its whole records before the database comes to see it. Nothing of the rest was acknowledged: that waits
//! for the whole record to be on the disk, and ends with the first that is refused.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// What the log is divided into; no record reaches from one block into the next.
const BLOCK: usize = 32 * 1024;

/// A checksum (four octets), the length (two) and the kind (one) stand before the data of a record.
const HEADER: usize = 7;

/// Kinds of records: one by itself, and the parts of one that does not fit into the rest of a block.
const FULL: u8 = 1;
const FIRST: u8 = 2;
const MIDDLE: u8 = 3;
const LAST: u8 = 4;

/// Cuts what does not belong to a whole record off the log that the database in `folder` will go on writing. A log of a form
/// that is not known here is left alone.
pub(crate) fn mend(folder: &Path) -> io::Result<()> {
    let Some(path) = newest(&folder.join("wal"))? else { return Ok(()) };
    if let Some(whole) = broken_at(&fs::read(&path)?) {
        let file = File::options().write(true).open(&path)?;
        file.set_len(whole as u64)?;
        file.sync_all()?;
    }
    Ok(())
}

/// The file of the log that was begun last. Its number has always as many digits.
fn newest(folder: &Path) -> io::Result<Option<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut newest: Option<PathBuf> = None;
    for entry in entries {
        let path = entry?.path();
        let is_log = path.extension().is_some_and(|extension| extension == "wal");
        if is_log && newest.as_ref().is_none_or(|known| *known < path) {
            newest = Some(path);
        }
    }
    Ok(newest)
}

/// What stands at one place of the log.
enum Found {
    /// A record of this kind, which ends there.
    Record(u8, usize),
    /// The end, maybe within a record; or a record that does not fit its checksum or its place.
    Broken,
    /// Something else.
    Unknown,
}

/// Where the whole records of a log end, if anything follows them.
fn broken_at(log: &[u8]) -> Option<usize> {
    let (mut at, mut whole, mut inside) = (0, 0, false);
    loop {
        match find(log, at) {
            Found::Record(FULL, end) if !inside => (at, whole) = (end, end),
            Found::Record(FIRST, end) if !inside => (at, inside) = (end, true),
            Found::Record(MIDDLE, end) if inside => at = end,
            Found::Record(LAST, end) if inside => (at, whole, inside) = (end, end, false),
            // Without a single record it is not proved that the form is the one that is known here.
            Found::Record(..) | Found::Broken => return (0 < whole && whole < log.len()).then_some(whole),
            Found::Unknown => return None,
        }
    }
}

fn find(log: &[u8], at: usize) -> Found {
    let left = BLOCK - at % BLOCK;
    // Where no header fits, a block is filled up.
    let start = if left < HEADER { at + left } else { at };
    let Some(&[a, b, c, d, long, short, kind]) = log.get(start..start + HEADER) else { return Found::Broken };
    if !(FULL..=LAST).contains(&kind) {
        return Found::Unknown;
    }
    let end = start + HEADER + usize::from(u16::from_be_bytes([long, short]));
    let Some(data) = log.get(start + HEADER..end).filter(|_| end <= start - start % BLOCK + BLOCK) else {
        return Found::Broken;
    };
    let mut sum = crc32fast::Hasher::new();
    sum.update(&[kind]);
    sum.update(data);
    if sum.finalize() == u32::from_be_bytes([a, b, c, d]) { Found::Record(kind, end) } else { Found::Broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a record as the database does.
    fn append(log: &mut Vec<u8>, mut data: &[u8]) {
        let mut first = true;
        loop {
            let left = BLOCK - log.len() % BLOCK;
            if left < HEADER {
                log.extend(vec![0; left]);
                continue;
            }
            let (part, rest) = data.split_at(data.len().min(left - HEADER));
            let kind = match (first, rest.is_empty()) {
                (true, true) => FULL,
                (true, false) => FIRST,
                (false, false) => MIDDLE,
                (false, true) => LAST,
            };
            let mut sum = crc32fast::Hasher::new();
            sum.update(&[kind]);
            sum.update(part);
            log.extend(sum.finalize().to_be_bytes());
            log.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            log.push(kind);
            log.extend(part);
            (data, first) = (rest, false);
            if data.is_empty() {
                return;
            }
        }
    }

    /// Some records, and where each of them ends.
    fn log() -> (Vec<u8>, Vec<usize>) {
        let (mut log, mut ends) = (Vec::new(), Vec::new());
        for length in [10, 5_000, 3 * BLOCK, BLOCK - 200, 1, 40, 700] {
            append(&mut log, &vec![7; length]);
            ends.push(log.len());
        }
        (log, ends)
    }

    #[test]
    fn of_a_log_that_ends_anywhere_the_whole_records_stay() {
        let (log, ends) = log();
        for length in (0..log.len()).step_by(97).chain(ends.iter().flat_map(|end| [end - 1, *end, end + 1])) {
            let Some(log) = log.get(..length) else { continue };
            let whole = ends.iter().copied().filter(|end| *end <= length).max();
            assert_eq!(broken_at(log), whole.filter(|whole| *whole < length), "of {length} octets");
        }
    }

    #[test]
    fn behind_a_broken_record_nothing_stays() {
        let (log, ends) = log();
        let broken = |at: usize| {
            let mut log = log.clone();
            log[at] ^= 1;
            broken_at(&log)
        };
        assert_eq!(broken(ends[1] + HEADER), Some(ends[1]), "the data");
        assert_eq!(broken(ends[3] + 5), Some(ends[3]), "the length");
        let torn = [&log[..ends[4]], &log[ends[4]..ends[4] + HEADER], &log[ends[5]..]].concat();
        assert_eq!(broken_at(&torn), Some(ends[4]), "a header without its data");
    }

    #[test]
    fn a_log_of_another_form_is_left_alone() {
        assert_eq!(broken_at(&[9; 5_000]), None);
        assert_eq!(broken_at(b"no"), None);
        let (log, _) = log();
        assert_eq!(broken_at(&[log, vec![0; BLOCK]].concat()), None);
    }

    #[test]
    fn only_the_newest_file_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        mend(folder.path()).unwrap();
        let wal = folder.path().join("wal");
        fs::create_dir(&wal).unwrap();
        mend(folder.path()).unwrap();
        let (log, ends) = log();
        let [old, new] = [9, 10].map(|number| wal.join(format!("{number:020}.wal")));
        for path in [&old, &new, &wal.join("other")] {
            fs::write(path, &log[..ends[2] + 3]).unwrap();
        }
        mend(folder.path()).unwrap();
        assert_eq!(fs::read(&new).unwrap(), log[..ends[2]]);
        assert_eq!(fs::read(&old).unwrap(), log[..ends[2] + 3]);
    }
}
