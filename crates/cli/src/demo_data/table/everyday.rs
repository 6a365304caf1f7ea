//! What people call things, beside what this shop calls them.
//!
//! Written down category by category, from how people in Germany, Austria, Switzerland and Britain speak. It is not made from `tests/relevance`, but one author wrote
//! both and had read both: what the test measures with these words is that they are learned from the log, not how many of them a real log would teach.

use super::{Text, t};

/// Words for what is in a category; by commas.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Everyday {
    /// The category.
    pub(in super::super) path: &'static str,
    pub(in super::super) words: Text,
}

const fn words(path: &'static str, de: &'static str, en: &'static str) -> Everyday {
    Everyday {
        path,
        words: t(de, en),
    }
}

pub(in super::super) const EVERYDAY: &[Everyday] = &[
    words(
        "bath/taps",
        "wasserhahn, hahn, mischbatterie, einhandmischer, pipe, wasserkran",
        "faucet, water tap, monobloc",
    ),
    words(
        "bath/taps/basin-taps",
        "waschbeckenarmatur, badarmatur",
        "bathroom tap, bathroom faucet, sink tap",
    ),
    words(
        "bath/taps/shower-mixers",
        "duscharmatur, duschbatterie, wannenbatterie",
        "shower valve, shower tap",
    ),
    words(
        "bath/taps/kitchen-taps",
        "küchenhahn, spülenarmatur, spülarmatur",
        "sink mixer, kitchen faucet",
    ),
    words(
        "bath/basins",
        "lavabo, handwaschbecken",
        "sink, hand basin, bathroom sink, vanity sink",
    ),
    words("bath/basins/washbasins", "waschbecken", "wash hand basin"),
    words(
        "bath/basins/vanity-units",
        "waschbeckenunterschrank, badschrank, badmöbel, unterschrank",
        "bathroom cabinet, sink cabinet, bathroom furniture",
    ),
    words(
        "bath/basins/mirrors",
        "badspiegel, wandspiegel, schminkspiegel, toilettenspiegel",
        "looking glass, shaving mirror, vanity mirror",
    ),
    words(
        "bath/showers",
        "brause, duschgarnitur, brausegarnitur",
        "shower set, shower kit",
    ),
    words(
        "bath/showers/hand-showers",
        "duschkopf, brausekopf, duschbrause, handdusche",
        "shower head, shower handset, shower hand piece",
    ),
    words(
        "bath/showers/overhead-showers",
        "regenbrause, regenduschkopf, deckenbrause",
        "rainfall shower, fixed shower head",
    ),
    words(
        "bath/showers/shower-screens",
        "duschkabine, duschabtrennung, duschtrennwand, glaswand, duschtür",
        "shower enclosure, shower cubicle, shower door, shower panel",
    ),
    words("bath/tubs", "wanne, badwanne", "bath, bath tub, tub"),
    words(
        "bath/toilets",
        "klo, toilette, kloschüssel, abort, häusl",
        "loo, lavatory, bog, water closet, toilet bowl",
    ),
    words(
        "bath/toilets/toilet-seats",
        "klobrille, klodeckel, toilettensitz, toilettendeckel, klositz, wc brille",
        "loo seat, toilet lid, lavatory seat",
    ),
    words(
        "bath/toilets/flush-plates",
        "spültaste, drückerplatte, spülkasten, klospülung",
        "flush button, cistern plate, toilet flush",
    ),
    words(
        "bath/accessories/towel-rails",
        "handtuchstange, handtuchständer, handtuchring, handtuchleiter",
        "towel rack, towel bar, towel holder",
    ),
    words(
        "bath/accessories/soap-dispensers",
        "seifenpumpe, flüssigseifenspender, seifenschale",
        "soap pump, soap bottle",
    ),
    words(
        "bath/accessories/roll-holders",
        "klorollenhalter, klopapierhalter, rollenhalter, wc papierhalter",
        "loo roll holder, toilet paper holder, bog roll holder",
    ),
    words(
        "plumbing/drains",
        "abfluss, ausguss, ablauf",
        "waste pipe, plughole, drain",
    ),
    words(
        "plumbing/drains/bottle-traps",
        "geruchsverschluss, flaschensiphon, röhrensiphon, syphon",
        "u bend, sink trap, p trap, waste trap",
    ),
    words(
        "plumbing/drains/basin-wastes",
        "stöpsel, ablaufventil, excenter, pop up ventil",
        "sink plug, pop up waste, basin plug",
    ),
    words(
        "plumbing/drains/drain-pipes",
        "abwasserrohr, ablaufrohr, kanalrohr",
        "soil pipe, sewer pipe, waste water pipe",
    ),
    words(
        "plumbing/supply/flexible-hoses",
        "panzerschlauch, anschlussschlauch, wasserschlauch flexibel",
        "tap connector, braided hose, flexi hose",
    ),
    words(
        "plumbing/supply/shower-hoses",
        "duschschlauch",
        "shower pipe, shower flex",
    ),
    words(
        "plumbing/supply/angle-valves",
        "absperrventil, eckhahn, absperrhahn",
        "shut off valve, isolating valve, stopcock",
    ),
    words(
        "plumbing/supply/ball-valves",
        "absperrhahn, sperrhahn, haupthahn",
        "stopcock, stop tap, shut off valve",
    ),
    words(
        "plumbing/supply/cartridges",
        "ersatzkartusche, mischpatrone, armatureneinsatz",
        "tap insert, mixer valve, tap cartridge",
    ),
    words(
        "plumbing/fittings/press-fittings",
        "rohrverbinder, rohrkupplung, winkelstück",
        "pipe connector, elbow joint, pipe joint",
    ),
    words(
        "plumbing/fittings/pipes",
        "wasserrohr, heizungsrohr, wasserleitung",
        "water pipe, plumbing pipe, heating pipe",
    ),
    words(
        "plumbing/fittings/seals",
        "dichtring, dichtungsring, o ring, gummidichtung",
        "o ring, rubber washer, tap washer, gasket",
    ),
    words(
        "plumbing/heating/circulation-pumps",
        "umwälzpumpe, zirkulationspumpe, heizpumpe",
        "central heating pump, boiler pump",
    ),
    words(
        "plumbing/heating/radiators",
        "radiator, handtuchheizkörper, heizung bad",
        "heater, towel radiator, heated towel rail, central heating",
    ),
    words(
        "plumbing/heating/thermostats",
        "heizungsthermostat, heizungsregler, thermostatventil, heizkörperventil",
        "radiator valve, trv, heating control",
    ),
    words(
        "fasteners/anchors/plastic-plugs",
        "fischer, plastikdübel, wanddübel, nylondübel",
        "rawl plug, wall plug, rawlplug, screw plug",
    ),
    words(
        "fasteners/anchors/plasterboard-plugs",
        "rigipsdübel, hohlraumdübel, trockenbaudübel, gipsdübel",
        "plasterboard fixing, drywall anchor, hollow wall fixing",
    ),
    words(
        "fasteners/anchors/bolt-anchors",
        "schwerlastanker, schwerlastdübel, betonanker",
        "through bolt, rawl bolt, masonry anchor, concrete anchor",
    ),
    words(
        "fasteners/anchors/injection-mortar",
        "klebeanker, chemischer dübel, injektionskleber",
        "resin anchor, chemical anchor, anchor resin",
    ),
    words(
        "fasteners/hardware/nails",
        "drahtstift, stahlnagel, bretterstift",
        "panel pin, wire nail, tack",
    ),
    words(
        "fasteners/hardware/brackets",
        "winkel, winkelbeschlag, metallwinkel, balkenwinkel",
        "corner brace, l bracket, angle iron",
    ),
    words(
        "fasteners/hardware/assortments",
        "schraubenset, schraubensortiment, kleinteilesortiment",
        "screw set, screw kit, fixings box",
    ),
    words(
        "fasteners/screws/machine/hexagon-screws",
        "maschinenschraube, schlüsselschraube, bolzen, sechskantbolzen",
        "bolt, hex bolt, set screw",
    ),
    words(
        "fasteners/screws/machine/socket-screws",
        "inbusschraube, imbusschraube, innensechskantschraube",
        "allen bolt, allen screw, cap screw",
    ),
    words(
        "fasteners/screws/machine/countersunk-screws",
        "senkkopf, flachkopfschraube",
        "flat head screw, csk screw",
    ),
    words(
        "fasteners/screws/machine/threaded-rods",
        "gewindestab, stehbolzen, schraubstange",
        "threaded bar, studding, stud rod",
    ),
    words(
        "fasteners/screws/wood/chipboard-screws",
        "holzschraube, spax, spaxschraube, spanschraube, torxschraube",
        "wood screw, spax, self tapping screw",
    ),
    words(
        "fasteners/screws/wood/construction-screws",
        "balkenschraube, konstruktionsschraube, zimmermannsschraube",
        "coach screw, structural screw, carpentry screw",
    ),
    words(
        "fasteners/screws/wood/decking-screws",
        "dielenschraube, terrassenbauschraube",
        "deck screw, patio screw",
    ),
    words(
        "fasteners/nuts/hexagon-nuts",
        "mutter, schraubenmutter, gewindemutter",
        "nut, hex nut, full nut",
    ),
    words(
        "fasteners/nuts/lock-nuts",
        "selbstsichernde mutter, kontermutter",
        "nyloc nut, locking nut, nyloc, self locking nut",
    ),
    words(
        "fasteners/nuts/washers",
        "beilagscheibe, scheibe, u scheibe, unterlagscheibe",
        "flat ring, penny washer",
    ),
    words(
        "fasteners/nuts/spring-washers",
        "federscheibe, sprengring, sicherungsring",
        "split washer, locking washer",
    ),
    words(
        "power-tools/drilling",
        "bohrmaschine, bohrer maschine, bohrgerät",
        "drill, power drill, electric drill, drilling machine",
    ),
    words(
        "power-tools/drilling/drill-drivers",
        "akkuschrauber, akkubohrer, schraubmaschine, akkubohrmaschine, bohrschrauber, elektroschrauber",
        "cordless screwdriver, cordless drill, electric screwdriver, battery drill, drill driver",
    ),
    words(
        "power-tools/drilling/combi-drills",
        "schlagbohrmaschine, schlagbohrer, akkuschlagbohrer",
        "hammer drill, impact drill, percussion drill",
    ),
    words(
        "power-tools/drilling/rotary-hammers",
        "hilti, stemmhammer, schlaghammer, abbruchhammer",
        "sds drill, breaker, hilti, hammer drill",
    ),
    words(
        "power-tools/drilling/impact-drivers",
        "drehschlagschrauber, akkuschlagschrauber, radmutternschrauber",
        "impact wrench, impact gun, wheel nut gun",
    ),
    words(
        "power-tools/grinding/angle-grinders",
        "flex, trennschleifer, flexmaschine, trennjäger, trennmaschine",
        "grinder, disc cutter, cut off saw",
    ),
    words(
        "power-tools/grinding/sanders",
        "schleifmaschine, schleifgerät, schwingschleifer, tellerschleifer, schleifer",
        "sander, orbital sander, palm sander, sanding machine",
    ),
    words(
        "power-tools/grinding/multi-tools",
        "multitool, fein, multimaster, multifunktionsgerät",
        "oscillating tool, multitool, multi cutter",
    ),
    words(
        "power-tools/sawing/jigsaws",
        "kurvensäge, dekupiersäge",
        "jig saw, scroll saw",
    ),
    words(
        "power-tools/sawing/circular-saws",
        "kreissäge, tauchsäge, handsäge elektrisch",
        "skill saw, skilsaw, buzz saw",
    ),
    words(
        "power-tools/cleaning/vacuum-cleaners",
        "staubsauger, industriesauger, werkstattsauger, bausauger, sauger",
        "hoover, vacuum cleaner, shop vac, dust extractor, henry",
    ),
    words(
        "power-tools/supply/batteries",
        "ersatzakku, wechselakku, batterie, akkubatterie, werkzeugakku",
        "battery, spare battery, rechargeable battery, power tool battery",
    ),
    words(
        "power-tools/supply/chargers",
        "akkulader, ladestation, ladekabel, netzteil",
        "battery charger, charging station, docking station",
    ),
    words(
        "power-tools/accessories/bits",
        "bits, schraubereinsatz, torx bit, bitset, kreuzbit",
        "driver bits, torx bits, screwdriver tips",
    ),
    words(
        "power-tools/accessories/drill-bits/metal-bits",
        "stahlbohrer, eisenbohrer, hss bohrer",
        "hss bit, steel drill bit, high speed bit",
    ),
    words(
        "power-tools/accessories/drill-bits/masonry-bits",
        "steinbohrer, betonbohrer, mauerbohrer, sds bohrer, schlagbohrer",
        "masonry bit, concrete bit, stone drill bit, sds bit, brick drill",
    ),
    words(
        "power-tools/accessories/cutting-discs",
        "flexscheibe, schneidscheibe, diamantscheibe, metallscheibe",
        "grinder disc, cut off wheel, grinding disc",
    ),
    words(
        "power-tools/accessories/saw-blades",
        "sägeblatt, sägescheibe, kreissägenblatt",
        "saw blade, saw disc, circular blade",
    ),
    words(
        "power-tools/accessories/jigsaw-blades",
        "sägeblatt, stichsägenblatt",
        "saw blade, jig saw blade",
    ),
    words(
        "power-tools/accessories/sanding-discs",
        "schleifteller, schleifpad, klettscheibe, schleifblatt",
        "sander pads, sandpaper discs, abrasive discs",
    ),
    words(
        "photo/cameras",
        "fotoapparat, fotokamera, digitalkamera, knipse",
        "digital camera, photo camera, digicam",
    ),
    words(
        "photo/cameras/mirrorless",
        "spiegelreflex, spiegelreflexkamera, dslr",
        "dslr, slr camera, system camera",
    ),
    words(
        "photo/cameras/compact",
        "digicam, kleinkamera, reisekamera, urlaubskamera",
        "point and shoot, pocket camera, travel camera",
    ),
    words(
        "photo/cameras/instant",
        "polaroid, polaroidkamera, sofortkamera, instax",
        "polaroid, polaroid camera, instax",
    ),
    words(
        "photo/lenses",
        "linse, kameralinse, optik",
        "camera lens, glass",
    ),
    words(
        "photo/lenses/prime-lenses",
        "portraitobjektiv, makroobjektiv, weitwinkel",
        "portrait lens, fixed lens, wide angle lens, macro lens",
    ),
    words(
        "photo/lenses/zoom-lenses",
        "teleobjektiv, tele, zoom, reiseobjektiv",
        "telephoto lens, telephoto",
    ),
    words(
        "photo/accessories/camera-bags",
        "kameratasche, kamerahülle",
        "camera case, camera pouch, shoulder bag for camera",
    ),
    words(
        "photo/accessories/backpacks",
        "kamerarucksack, rucksack",
        "camera rucksack, backpack, rucksack",
    ),
    words(
        "photo/accessories/tripods",
        "stativ, kamerastativ, dreibein",
        "camera stand, monopod, tripod stand",
    ),
    words(
        "photo/accessories/filters",
        "polfilter, uv filter, graufilter, objektivfilter",
        "polariser, uv filter, nd filter, lens filter",
    ),
    words(
        "photo/accessories/memory-cards",
        "sd karte, sdkarte, speicherchip, kamerakarte, micro sd",
        "sd card, camera card, micro sd",
    ),
    words(
        "photo/accessories/camera-batteries",
        "kamerabatterie, fotoakku, ersatzakku",
        "spare camera battery, camera power pack",
    ),
    words(
        "photo/accessories/flashes",
        "blitz, blitzlicht, kamerablitz, systemblitz",
        "flash, flashgun, camera flash",
    ),
    words(
        "electrical/switches/light-switches",
        "schalter, taster, wechselschalter, lichttaster",
        "switch, wall switch, lightswitch, 2 way switch",
    ),
    words(
        "electrical/switches/sockets",
        "stecker, schukosteckdose, schuko, wandsteckdose, unterputzdose",
        "plug socket, wall socket, power point, outlet, plug",
    ),
    words(
        "electrical/switches/frames",
        "schalterrahmen, blende, steckdosenrahmen, schalterabdeckung",
        "switch plate, face plate, switch cover",
    ),
    words(
        "electrical/switches/dimmers",
        "lichtregler, drehdimmer, helligkeitsregler",
        "dimmer switch, light dimmer",
    ),
    words(
        "electrical/cable",
        "stromkabel, elektrokabel, draht",
        "electric cable, power cable, electric wire, flex",
    ),
    words(
        "electrical/cable/sheathed-cable",
        "nym kabel, installationskabel, nym",
        "twin and earth, mains cable, house wiring",
    ),
    words(
        "electrical/cable/single-wires",
        "litze, schaltdraht, einzelader, verdrahtungslitze",
        "hook up wire, earth wire, wiring",
    ),
    words(
        "electrical/cable/extension-leads",
        "verlängerungskabel, mehrfachsteckdose, steckerleiste, verteilerdose, dreifachstecker, verlängerung kabel, kabeltrommel",
        "extension cord, power strip, multi plug, extension cable, 4 way plug, trailing socket",
    ),
    words(
        "electrical/cable/terminals",
        "wago, lüsterklemme, klemme, wagoklemme, kabelverbinder",
        "wago, terminal block, chocolate block, wire connector, choc block",
    ),
    words(
        "electrical/distribution/circuit-breakers",
        "sicherung, sicherungsautomat, automat, ls schalter",
        "fuse, mcb, trip switch, breaker",
    ),
    words(
        "electrical/distribution/rcds",
        "fi, fi schalter, fehlerstromschutzschalter, rcd",
        "rcd, safety switch, gfci, earth leakage breaker",
    ),
    words(
        "electrical/distribution/distribution-boards",
        "sicherungskasten, verteilerkasten, zählerkasten, stromkasten, unterverteilung",
        "fuse box, consumer unit, fuseboard, electric box",
    ),
    words(
        "electrical/distribution/junction-boxes",
        "verteilerdose, anschlussdose, abzweigkasten, feuchtraumdose",
        "connection box, wiring box, electrical box",
    ),
    words(
        "lighting/lamps",
        "glühbirne, birne, lampe, leuchtmittel, glühlampe, led birne, energiesparlampe",
        "light bulb, lightbulb, bulb, lamp bulb, energy saving bulb",
    ),
    words(
        "lighting/lamps/filament-lamps",
        "fadenlampe, retro birne, vintage glühbirne, edison lampe",
        "edison bulb, vintage bulb, retro bulb",
    ),
    words(
        "lighting/lamps/spot-lamps",
        "halogen, strahler, halogenlampe, reflektorlampe, gu10 lampe",
        "spotlight, halogen bulb, gu10, downlight",
    ),
    words(
        "lighting/lamps/led-strips",
        "led band, lichtband, led leiste, lichterkette, led stripe",
        "led tape, led light strip, rope light, fairy lights",
    ),
    words(
        "lighting/indoor",
        "lampe, licht, zimmerlampe, leuchte",
        "lamp, light, room light, light fitting",
    ),
    words(
        "lighting/indoor/pendant-lights",
        "hängelampe, hängeleuchte, pendellampe, esstischlampe, lüster, kronleuchter",
        "hanging light, hanging lamp, chandelier, ceiling pendant",
    ),
    words(
        "lighting/indoor/ceiling-lights",
        "deckenlampe, plafond, deckenlicht, zimmerlampe decke",
        "ceiling lamp, flush light, overhead light",
    ),
    words(
        "lighting/indoor/floor-lamps",
        "stehlampe, standleuchte, leselampe, bogenlampe",
        "standard lamp, standing lamp, reading lamp, uplighter",
    ),
    words(
        "lighting/indoor/table-lamps",
        "nachttischlampe, tischlampe, schreibtischlampe, nachtlampe, leselampe",
        "bedside lamp, desk lamp, night light, bedside light",
    ),
    words(
        "lighting/outdoor",
        "außenlampe, gartenlampe, hauslampe, hoflampe, außenlicht",
        "outside light, garden light, porch light, security light",
    ),
    words(
        "paint/interior",
        "dispersion, malerfarbe, anstrich",
        "emulsion, emulsion paint, magnolia, decorating paint",
    ),
    words(
        "paint/interior/wall-paint",
        "zimmerfarbe, dispersionsfarbe, raumfarbe",
        "room paint, matt emulsion",
    ),
    words(
        "paint/interior/ceiling-paint",
        "deckenweiss, plafondfarbe",
        "white ceiling emulsion",
    ),
    words(
        "paint/wood/lacquers",
        "buntlack, holzlack, weißlack, klarlack, lackfarbe, heizkörperlack",
        "gloss paint, varnish, eggshell, enamel paint, satinwood",
    ),
    words(
        "paint/wood/wood-stains",
        "holzschutz, lasur, beize, holzfarbe, holzbeize, holzöl",
        "wood varnish, fence paint, wood dye, woodstain, decking oil, wood preserver",
    ),
    words(
        "paint/wood/spray-paint",
        "sprühdose, lackspray, spraydose, farbspray, sprayfarbe",
        "spray can, aerosol paint, paint spray, spray tin",
    ),
    words(
        "paint/tools/brushes",
        "malerpinsel, lackpinsel, quast, heizkörperpinsel",
        "paint brush, paintbrush, decorating brush",
    ),
    words(
        "paint/tools/rollers",
        "malerrolle, malerwalze, farbrolle, streichrolle, lammfellrolle",
        "roller sleeve, paint pad, painting roller",
    ),
    words(
        "paint/preparation/masking-tape",
        "kreppband, klebeband, malerband, abdeckband, tixo, krepp",
        "painters tape, decorators tape, frog tape, sticky tape",
    ),
    words(
        "paint/preparation/fillers",
        "spachtel, moltofill, füllmasse, gips, feinspachtel",
        "polyfilla, filling paste, wall putty, plaster",
    ),
    words(
        "paint/preparation/sealants",
        "fugenmasse, acryl, fugensilikon, dichtmasse, sanitärsilikon, fugendicht",
        "caulk, mastic, bathroom sealer, bath sealant, grout sealer",
    ),
    words(
        "paint/preparation/sandpaper",
        "schmirgelpapier, sandpapier, schleifleinen, schmirgel",
        "emery paper, sand paper, glass paper, abrasive paper",
    ),
    words(
        "garden/watering/garden-hoses",
        "wasserschlauch, gummischlauch, bewässerungsschlauch, flexischlauch",
        "hosepipe, hose pipe, water hose",
    ),
    words(
        "garden/watering/hose-connectors",
        "gardena, schlauchkupplung, schlauchstück, hahnanschluss",
        "hozelock, hose fitting, tap adaptor, hose coupling",
    ),
    words(
        "garden/watering/sprinklers",
        "rasensprenger, sprinkler, beregner, sprenger",
        "lawn sprinkler, water sprayer, garden sprayer",
    ),
    words(
        "garden/watering/watering-cans",
        "spritzkanne, gießer, blumengießer, kanne",
        "water can, plant waterer",
    ),
    words(
        "garden/tools/secateurs",
        "rosenschere, baumschere, astschere, rebschere, gartenscherer",
        "pruning shears, pruners, loppers, garden clippers",
    ),
    words(
        "garden/tools/spades",
        "schaufel, grabespaten, gartenschaufel, stechschaufel",
        "shovel, digger, garden spade",
    ),
    words(
        "garden/tools/rakes",
        "laubrechen, laubharke, fächerbesen, harke, rechen",
        "leaf grabber, lawn rake",
    ),
    words(
        "garden/tools/garden-gloves",
        "handschuhe, arbeitshandschuhe, rosenhandschuhe",
        "gardening gloves, work gloves, thorn gloves",
    ),
    words(
        "garden/tools/wheelbarrows",
        "scheibtruhe, karre, schiebkarre, garette, bauschubkarre",
        "wheel barrow, barrow, garden cart",
    ),
    words(
        "garden/machines/lawn-mowers",
        "grasmäher, mäher, rasenmähmaschine",
        "lawnmower, grass cutter, mower, grass mower",
    ),
    words(
        "garden/machines/hedge-trimmers",
        "heckenschneider, heckentrimmer, strauchschere, elektrische heckenschere",
        "hedge cutter, strimmer, bush trimmer, hedge clippers",
    ),
    words(
        "garden/plants/plant-pots",
        "blumentopf, übertopf, blumenkübel, pflanzkübel, blumenkasten",
        "flower pot, planter, flowerpot, plant tub",
    ),
    words(
        "garden/plants/seeds",
        "sämereien, tomatensamen, blumensamen, grassamen, gemüsesamen",
        "flower seed, grass seed, seed packet",
    ),
    words(
        "garden/plants/potting-soil",
        "blumenerde, gartenerde, pflanzerde, kompost, humus, mutterboden",
        "compost, potting mix, top soil, potting compost",
    ),
    words(
        "garden/living/garden-chairs",
        "gartensessel, liegestuhl, klappstuhl, terrassenstuhl, campingstuhl, balkonstuhl",
        "deck chair, patio chair, sun lounger, folding chair, outdoor chair",
    ),
    words(
        "garden/living/grills",
        "griller, holzkohlegrill, grillgerät, bbq, weber",
        "bbq, barbie, charcoal grill, grill",
    ),
    words(
        "gifts/jewellery",
        "juwelen, geschmeide",
        "jewelry, jewellry, bling",
    ),
    words(
        "gifts/jewellery/rings",
        "verlobungsring, ehering, fingerring, silberring, goldring",
        "engagement ring, wedding ring, wedding band, finger ring",
    ),
    words(
        "gifts/jewellery/necklaces",
        "kette, collier, goldkette, silberkette, halsband, kettchen",
        "chain, gold chain, pendant, locket, silver chain",
    ),
    words(
        "gifts/jewellery/earrings",
        "ohrhänger, creolen, ohrschmuck, flinserl",
        "ear studs, earings, hoops, ear rings",
    ),
    words(
        "gifts/jewellery/bracelets",
        "armreif, armkette, armkettchen, armreifen",
        "bangle, wristband, arm chain",
    ),
    words(
        "gifts/jewellery/watches",
        "damenuhr, herrenuhr, uhr damen, armbanduhr herren, zeitmesser",
        "wristwatch, ladies watch, mens watch, timepiece",
    ),
    words(
        "gifts/candles/scented-candles",
        "duftlicht, aromakerze, yankee candle, kerze mit duft",
        "perfumed candle, aroma candle, yankee candle, smelly candle",
    ),
    words(
        "gifts/candles/pillar-candles",
        "altarkerze, blockkerze, wachskerze",
        "church candle, block candle, wax candle",
    ),
    words(
        "gifts/candles/diffusers",
        "raumparfüm, duftstäbchen, raumerfrischer, diffuser, lufterfrischer",
        "room fragrance, air freshener, scent sticks, room scent",
    ),
    words(
        "gifts/fashion/scarves",
        "halstuch, tuch, kopftuch, wollschal, stola",
        "shawl, neckerchief, muffler, pashmina",
    ),
    words(
        "gifts/fashion/hats",
        "haube, wollmütze, hauben, wintermütze, beanie, pudelmütze, pudelhaube",
        "woolly hat, bobble hat, winter hat, hat, knit cap",
    ),
    words(
        "gifts/fashion/handbags",
        "damentasche, umhängetasche, tasche, ledertasche, schultertasche",
        "purse, shoulder bag, ladies bag, tote bag, bag",
    ),
    words(
        "gifts/fashion/wallets",
        "portemonnaie, geldbeutel, brieftasche, portmonee, geldtasche, börse, geldtascherl",
        "billfold, purse, money purse, card holder",
    ),
    words(
        "gifts/fashion/umbrellas",
        "schirm, knirps, taschenschirm, parapluie",
        "brolly, rain umbrella, parasol, gamp",
    ),
    words(
        "gifts/stationery/notebooks",
        "notizheft, tagebuch, notizblock, schreibheft, kladde, moleskine",
        "notepad, journal, jotter, diary, writing pad",
    ),
    words(
        "gifts/stationery/pens",
        "füller, füllfeder, tintenfüller, schreibfeder, kugelschreiber, stift",
        "ink pen, writing pen, pen",
    ),
    words(
        "gifts/stationery/gift-boxes",
        "geschenkpapier, geschenkschachtel, geschenkkarton, geschenktüte, geschenkbox",
        "wrapping paper, present box, gift bag, gift box",
    ),
    words(
        "gifts/games/puzzles",
        "brettspiel, gesellschaftsspiel, geduldspiel, legespiel",
        "board game, jigsaw, brain teaser",
    ),
    words(
        "hand-tools/striking/hammers",
        "fäustel, vorschlaghammer, zimmermannshammer",
        "claw hammer, mallet, sledgehammer",
    ),
    words(
        "hand-tools/striking/chisels",
        "stemmeisen, beitel, meißel, schnitzeisen",
        "chisel, carving tool, wood gouge",
    ),
    words(
        "hand-tools/screwdrivers",
        "schraubenzieher, schraubenzieher kreuz, kreuzschlitz",
        "screw driver, turnscrew, philips screwdriver",
    ),
    words(
        "hand-tools/screwdrivers/screwdriver-sets",
        "schraubenzieherset, schraubenzieher satz, schraubendreherset",
        "screwdriver kit, set of screwdrivers",
    ),
    words(
        "hand-tools/pliers/combination-pliers",
        "kneifzange, beißzange, flachzange, universalzange",
        "pincers, plyers, gripping pliers",
    ),
    words(
        "hand-tools/pliers/water-pump-pliers",
        "rohrzange, wapuzange, siphonzange, wasserrohrzange",
        "pipe wrench, plumbers pliers, slip joint pliers, plumber grips",
    ),
    words(
        "hand-tools/pliers/side-cutters",
        "drahtschneider, zwickzange, kabelschneider, drahtzange",
        "wire cutters, snips, side cutter, wire snips",
    ),
    words(
        "hand-tools/wrenches",
        "schraubenschlüssel, gabelschlüssel, maulschlüssel",
        "spanner, wrench, open ended spanner",
    ),
    words(
        "hand-tools/wrenches/socket-sets",
        "ratschenkasten, nusskasten, knarrenkasten, ratsche, stecknuss, ratschenset, nüsse",
        "ratchet set, socket wrench, ratchet, socket kit",
    ),
    words(
        "hand-tools/wrenches/hex-keys",
        "inbus, inbusschlüssel, imbusschlüssel, imbus, innensechskantschlüssel, sechskantschlüssel",
        "allen key, allen keys, allen wrench, hex wrench",
    ),
    words(
        "hand-tools/measuring/spirit-levels",
        "libelle, richtwaage, nivelliergerät, waage",
        "level, bubble level, builders level",
    ),
    words(
        "hand-tools/measuring/tape-measures",
        "maßband, meterstab, zollstock, rollmeter, rollmaßband, messband, meter",
        "measuring tape, tape, ruler, measure",
    ),
    words(
        "hand-tools/cutting/hand-saws",
        "holzsäge, bügelsäge, säge, baumsäge",
        "wood saw, saw, panel saw, tenon saw",
    ),
    words(
        "hand-tools/cutting/utility-knives",
        "teppichmesser, stanleymesser, cutter, japanmesser, teppichschneider",
        "stanley knife, box cutter, craft knife, carpet knife, cutter",
    ),
    words(
        "hand-tools/storage/toolboxes",
        "werkzeugkasten, werkzeugkiste, werkzeugbox, handwerkerkoffer, werkzeugtasche",
        "tool box, tool case, tool chest, tool bag",
    ),
    words(
        "home/textiles/cushions",
        "polster, sofakissen, dekokissen, zierpolster, kopfkissen",
        "pillow, throw pillow, scatter cushion, sofa pillow",
    ),
    words(
        "home/textiles/throws",
        "kuscheldecke, wolldecke, sofadecke, decke, plaid, tagesdecke",
        "blanket, sofa throw, plaid, fleece blanket, bedspread",
    ),
    words(
        "home/textiles/bed-linen",
        "bettzeug, bettbezug, bettüberzug, spannbetttuch, bettlaken, deckenbezug",
        "bedding, duvet cover, sheets, bed sheets, quilt cover, bedclothes",
    ),
    words(
        "home/textiles/towels",
        "badetuch, duschtuch, frottee, frotteetuch, gästetuch",
        "bath towel, beach towel, bath sheet, hand towel",
    ),
    words(
        "home/textiles/rugs",
        "läufer, bettvorleger, teppichboden, vorleger, brücke",
        "carpet, mat, floor mat, runner",
    ),
    words(
        "home/decoration/vases",
        "blumenvase, bodenvase, tischvase",
        "flower vase, flower holder, bud vase",
    ),
    words(
        "home/decoration/picture-frames",
        "fotorahmen, wechselrahmen, rahmen für fotos, posterrahmen",
        "photo frame, frame, poster frame, photograph frame",
    ),
    words(
        "home/decoration/wall-clocks",
        "küchenuhr, uhr, bahnhofsuhr, uhr für die wand",
        "clock, kitchen clock, station clock",
    ),
    words(
        "home/decoration/baskets",
        "wäschekorb, einkaufskorb, weidenkorb, körbchen",
        "hamper, laundry basket, wicker basket, storage bin",
    ),
    words(
        "kitchen/cookware/pots",
        "kasserolle, reindl, häfen, suppentopf, nudeltopf, kochgeschirr",
        "cooking pot, stockpot, casserole, sauce pan",
    ),
    words(
        "kitchen/cookware/pans",
        "pfandl, wok, steakpfanne, eierpfanne",
        "skillet, frypan, wok, saute pan, fry pan",
    ),
    words(
        "kitchen/knives/kitchen-knives",
        "kochmesser, brotmesser, gemüsemesser, schälmesser, fleischmesser",
        "chef knife, bread knife, carving knife, paring knife",
    ),
    words(
        "kitchen/knives/chopping-boards",
        "schneidbrett, schneidebrettl, brettchen, küchenbrett, brotbrett, jausenbrett",
        "cutting board, bread board, cheese board",
    ),
    words(
        "kitchen/coffee",
        "kaffeemaschine, kaffeeautomat, kaffeekocher",
        "coffee machine, coffee maker, coffeemaker",
    ),
    words(
        "kitchen/coffee/espresso-machines",
        "kaffeevollautomat, espressokocher, siebträger, cappuccinomaschine",
        "coffee machine, cappuccino maker, barista machine",
    ),
    words(
        "kitchen/coffee/french-presses",
        "stempelkanne, kaffeepresse, pressstempelkanne, french press, bodum",
        "cafetiere, coffee plunger, plunger pot",
    ),
    words(
        "kitchen/coffee/kettles",
        "wasserkessel, teekocher, teekessel, wasserkanne",
        "tea kettle, water boiler, jug kettle",
    ),
    words(
        "kitchen/baking/stand-mixers",
        "rührgerät, knetmaschine, mixer, rührmaschine, kitchenaid, teigmaschine, handrührgerät",
        "food mixer, cake mixer, kitchenaid, dough mixer, kitchen machine",
    ),
    words(
        "kitchen/baking/cake-tins",
        "kuchenform, tortenform, gugelhupfform, backblech, kastenform",
        "baking tin, cake pan, baking tray, cake mould",
    ),
    words(
        "kitchen/tableware/mugs",
        "häferl, kaffeetasse, haferl, teetasse, pott, kaffeepott",
        "cup, tea cup, teacup, beaker, coffee cup",
    ),
    words(
        "kitchen/tableware/plates",
        "essteller, suppenteller, kuchenteller, tellerset, porzellan",
        "dish, side plate, crockery, dinner set",
    ),
    words(
        "kitchen/tableware/glasses",
        "rotweinglas, weinkelch, trinkglas, sektglas, wasserglas",
        "goblet, wine goblet, drinking glass, tumbler, stemware",
    ),
    words(
        "kitchen/storage/bottles",
        "thermoskanne, thermosflasche, wasserflasche, isolierkanne, feldflasche, thermos",
        "flask, thermos, water bottle, vacuum flask, sports bottle",
    ),
    words(
        "kitchen/storage/jars",
        "einmachglas, rexglas, marmeladenglas, weckglas, einweckglas, vorratsdose",
        "jam jar, mason jar, kilner jar, preserving jar, canister",
    ),
];
