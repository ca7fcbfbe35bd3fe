//! How each receiver's bandwidth is shared among the tracks on its slots.

use std::collections::BTreeMap;
use std::time::Instant;

use domain::wire::Pause;
use domain::wire::Source;

use super::Conference;
use super::Effects;
use super::calm::Change;
use super::member::Member;
use crate::layers::Layer;
use crate::layers::Limit;
use crate::share::Claim;
use crate::share::Demand;
use crate::share::Grant;
use crate::share::least;
use crate::share::share;
use crate::track::TrackKey;
use crate::verbs::SeatKey;

/// While no more than this is left out, in percent, everybody keeps the picture that they look at most.
const MOST_SHED: u64 = 60;

impl Conference {
    /// What a receiver's connection carries, in bits per second.
    pub(crate) fn budget(&mut self, seat: SeatKey, rate: u64) {
        if let Some(member) = self.members.get_mut(&seat) {
            member.budget = Some(rate);
            self.unshared.insert(seat);
        }
    }

    /// How much of the pictures is left out because the machine is too busy, in percent.
    pub(crate) fn shed(&mut self, percent: u64) {
        if std::mem::replace(&mut self.shed, percent) != percent {
            self.unshared.extend(self.members.keys());
        }
    }

    /// Why the track on a slot rests, if it does.
    pub(super) fn pause(&self, seat: SeatKey, slot: usize) -> Option<Pause> {
        let member = self.members.get(&seat)?;
        let on = member.slots.get(slot)?.as_ref()?;
        let track = self.tracks.get(&on.track?)?;
        if !on.can_play(track) {
            return Some(Pause::Codec);
        }
        let reason = if member.pressed { Pause::Server } else { Pause::Connection };
        track.is_paused(seat, slot).then_some(reason)
    }

    /// Shares a receiver's bandwidth: sound goes first, then the pictures as they are wished for.
    pub(super) fn share(&mut self, seat: SeatKey, now: Instant, effects: &mut Effects) {
        let Some(member) = self.members.get(&seat) else { return };
        // Before anything is known of a connection, everything flows; unless the machine is too busy for that.
        let Some(budget) = member.budget.or((self.shed > 0 || member.pressed).then_some(u64::MAX)) else { return };
        let sound = self.sound(member);
        let claims = self.claims(seat, member);
        let bearable = self.bearable(&claims);
        let carried = budget.saturating_sub(sound);
        let flows: BTreeMap<usize, Option<Layer>> = claims.iter().map(|claim| (claim.slot, claim.current)).collect();
        let overdrawn = carried < claims.iter().map(Claim::flows).fold(0, u64::saturating_add);
        let may_rise = member.calm.may_rise(now);
        self.press(seat, bearable < carried);
        let (grants, demand) = share(carried.min(bearable), claims, may_rise);
        let any = |is: fn(Option<Layer>, Option<Layer>) -> bool| {
            grants.iter().any(|grant| flows.get(&grant.slot).is_some_and(|flows| is(*flows, grant.limit)))
        };
        let rises = any(|flows, limit| flows.is_some() && flows < limit);
        let change = Change { rises, falls: any(|flows, limit| limit < flows), overdrawn };
        if let Some(member) = self.members.get_mut(&seat) {
            member.calm.note(change, now);
        }
        for grant in grants {
            self.grant(seat, grant);
        }
        let wanted = demand.wanted.min(bearable).saturating_add(sound);
        let granted = demand.granted.saturating_add(sound);
        effects.demands.push((seat, Demand { granted, wanted }));
    }

    /// What the machine can bear of these pictures, in bits per second.
    fn bearable(&self, claims: &[Claim]) -> u64 {
        if self.shed == 0 {
            return u64::MAX;
        }
        let wanted = claims.iter().filter_map(|claim| claim.layers.last()).map(|(_, cost)| *cost);
        let left = wanted.fold(0, u64::saturating_add).saturating_mul(100_u64.saturating_sub(self.shed)) / 100;
        // A camera without layers rests or does not; the one that is looked at most goes on for as long as most is left.
        if self.shed <= MOST_SHED { left.max(least(claims)) } else { left }
    }

    /// Takes note of what bounds a receiver; what rests, rests for that reason from now on.
    fn press(&mut self, seat: SeatKey, pressed: bool) {
        let Some(member) = self.members.get_mut(&seat) else { return };
        if std::mem::replace(&mut member.pressed, pressed) != pressed {
            let slots: Vec<usize> = member.tracks().map(|(slot, ..)| slot).collect();
            let rest: Vec<usize> = slots.into_iter().filter(|slot| self.pause(seat, *slot).is_some()).collect();
            self.changed.extend(rest.into_iter().map(|slot| (seat, slot)));
        }
    }

    /// What the sounds on a receiver's slots bring, in bits per second.
    fn sound(&self, member: &Member) -> u64 {
        let tracks = member.tracks().filter(|(_, audio, _)| *audio).filter_map(|(.., key)| self.tracks.get(&key));
        tracks.filter_map(|track| track.rate(Layer::High)).fold(0, u64::saturating_add)
    }

    fn claims(&self, seat: SeatKey, member: &Member) -> Vec<Claim> {
        let pictures = member.tracks().filter(|(_, audio, _)| !audio);
        let claim = |(slot, _, key): (usize, bool, TrackKey)| {
            let (priority, height) = member.wish_on(slot).map_or((0, 0), |wish| (wish.priority, wish.max_height));
            let track = self.tracks.get(&key)?;
            member.slots.get(slot)?.as_ref().filter(|slot| slot.can_play(track))?;
            let (layers, current) = track.costs(seat, slot);
            Some(Claim { slot, priority: (key.1 == Source::Screen, priority, height), layers, current })
        };
        pictures.filter_map(claim).collect()
    }

    fn grant(&mut self, seat: SeatKey, grant: Grant) {
        let Some(member) = self.members.get_mut(&seat) else { return };
        let key = member.slot_mut(grant.slot).and_then(|slot| slot.track);
        let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) else { return };
        let paused = track.is_paused(seat, grant.slot);
        track.limit(seat, grant.slot, grant.limit.map_or(Limit::Paused, Limit::UpTo));
        if paused != track.is_paused(seat, grant.slot) {
            self.changed.insert((seat, grant.slot));
        }
    }
}
