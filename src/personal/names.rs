//! Names of people as they are common in Europe, folded. Written for this by hand: what is a product, a colour, a size or a brand as well is left out where it is common as
//! such (Rosa, Iris, Braun, Klein, Koch).

/// Given names.
#[rustfmt::skip]
pub(super) const GIVEN: [&str; 293] = [
    "adam", "alexander", "alexandra", "ali", "andrea", "andreas", "andrew", "angelika", "anja", "anke", "anna", "anne", "annette", "anthony",
    "antonio", "arthur", "ashley", "ayse", "barbara", "beate", "benjamin", "bernd", "birgit", "brigitte", "carlos", "carmen", "carol", "caroline",
    "charles", "charlotte", "christian", "christiane", "christina", "christine", "christoph", "christopher", "claudia", "clemens", "cornelia",
    "daniel", "daniela", "david", "deborah", "denise", "dennis", "detlef", "diana", "dieter", "dietmar", "dirk", "dominik", "donald", "dorothea",
    "edward", "elena", "elisabeth", "elizabeth", "elke", "emily", "emma", "erich", "erika", "ernst", "eva", "fatma", "felix", "fernando", "florian",
    "francesco", "frank", "franz", "franziska", "friedrich", "fritz", "gabriele", "gary", "george", "gerd", "gerhard", "gertrud", "gisela", "giulia",
    "giuseppe", "gregor", "gudrun", "guenter", "guenther", "gustav", "hannah", "hannelore", "hans", "harald", "hartmut", "hasan", "hatice", "heike",
    "heinrich", "heinz", "helga", "helmut", "henry", "herbert", "hermann", "holger", "horst", "hubert", "hugo", "ingeborg", "ingo", "ingrid", "irene",
    "isabella", "james", "jan", "jana", "janet", "jason", "javier", "jennifer", "jens", "jessica", "joachim", "joanna", "joerg", "johann", "johanna",
    "johannes", "john", "jonas", "jonathan", "jose", "josef", "joseph", "joshua", "juan", "judith", "juergen", "julia", "julian", "jutta", "kai",
    "karen", "karin", "karl", "karsten", "katharina", "kathrin", "katja", "kenneth", "kerstin", "kevin", "klaus", "konrad", "kurt", "larry", "lars",
    "laura", "lea", "lena", "leon", "leonie", "linda", "lisa", "lothar", "louis", "luca", "lucas", "luigi", "luis", "lukas", "lutz", "manfred",
    "manuel", "manuela", "marco", "margaret", "margarete", "maria", "marie", "mario", "marion", "markus", "marta", "martin", "martina", "mary",
    "matthew", "matthias", "maximilian", "mehmet", "melanie", "michael", "michaela", "michelle", "miguel", "mohamed", "mohammed", "monika", "moritz",
    "mustafa", "nancy", "natalie", "nicholas", "nicola", "nicole", "nina", "norbert", "oliver", "olivia", "otto", "pamela", "patricia", "patrick",
    "paul", "paula", "pedro", "peter", "petra", "philipp", "pierre", "rainer", "ralf", "ralph", "rebecca", "regina", "reinhard", "renate", "richard",
    "rita", "robert", "roger", "roland", "rolf", "ronald", "rudolf", "rupert", "ruth", "sabine", "sabrina", "samuel", "sandra", "sara", "sarah",
    "sebastian", "sharon", "siegfried", "silke", "silvia", "simon", "simone", "sofia", "sonja", "sophia", "sophie", "stefan", "stefanie", "stephan",
    "stephanie", "stephen", "steven", "susan", "susanne", "sven", "sylvia", "tanja", "tatjana", "theodor", "theresa", "thomas", "thorsten", "tim",
    "timothy", "tobias", "torsten", "udo", "ulrich", "ulrike", "ursula", "ute", "uwe", "valentina", "vanessa", "vera", "verena", "veronika", "volker",
    "walter", "waltraud", "werner", "wilhelm", "william", "wolfgang", "yvonne",
];

/// Family names.
#[rustfmt::skip]
pub(super) const FAMILY: [&str; 159] = [
    "ackermann", "albrecht", "allen", "anderson", "arnold", "bauer", "baumann", "becker", "bergmann", "bernard", "bianchi", "boehm", "brandt",
    "campbell", "carter", "clark", "collins", "davies", "davis", "demir", "dietrich", "dubois", "edwards", "esposito", "evans", "fernandez",
    "ferrari", "fischer", "frank", "franke", "friedrich", "fuchs", "garcia", "gomez", "gonzalez", "graham", "guenther", "haas", "hall",
    "hansen", "harris", "hartmann", "heinrich", "herrmann", "hoffmann", "hofmann", "huber", "hughes", "jackson", "jaeger", "jansen", "jensen",
    "johnson", "jones", "kaya", "kelly", "koehler", "kovacs", "kowalski", "kraemer", "krause", "krueger", "kruger", "kuhn", "larsen", "lehmann",
    "lewandowski", "lewis", "lopez", "lorenz", "ludwig", "maier", "martin", "martinez", "mayer", "meier", "meyer", "miller", "mitchell", "mohr",
    "moore", "moreau", "morgan", "morris", "mueller", "murphy", "mustermann", "nelson", "neumann", "nguyen", "nielsen", "nowak", "otto", "parker",
    "patel", "perez", "peters", "petersen", "pfeiffer", "phillips", "pohl", "ramirez", "richter", "roberts", "robertson", "robinson", "rodriguez",
    "rogers", "romano", "rossi", "russo", "sahin", "sanchez", "sauer", "schaefer", "scherer", "schmid", "schmidt", "schmitt", "schmitz", "schneider",
    "scholz", "schreiber", "schroeder", "schubert", "schuetz", "schulte", "schulz", "schulze", "schumacher", "schuster", "seidel", "simmons", "smith",
    "stewart", "sullivan", "taylor", "thomas", "thompson", "thomson", "torres", "turner", "vogt", "wagner", "walker", "walter", "watson", "weber",
    "werner", "williams", "wilson", "winkler", "wisniewski", "wright", "yildirim", "yildiz", "yilmaz", "ziegler", "zimmermann",
];

/// What stands before a family name.
#[rustfmt::skip]
pub(super) const TITLES: [&str; 17] = [
    "dr", "familie", "frau", "herr", "herrn", "miss", "mister", "monsieur", "mr", "mrs", "ms", "prof", "professor", "senor", "senora", "signor",
    "signora",
];
