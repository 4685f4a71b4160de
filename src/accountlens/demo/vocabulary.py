"""Invented names of companies, people, products and campaigns, and the words records are written in."""

from __future__ import annotations

VENDOR = "Fenwyre Software"
VENDOR_DOMAIN = "fenwyre.com"

STEM_HEADS = (
    "Ald Bar Bel Bran Cad Cor Dal Dor Eld Esk Fal Gar Hal Har Ilm Jor Kal Kes Lan Lor Mar Mel Mor Nal Nor "
    "Olt Orm Pel Quen Ral Rud Sal Sev Tal Tor Uld Vel Vor Wen Yar Zel"
).split()
STEM_TAILS = (
    "adrin avek dane dovar emrik entha errin iden ilvar imund inza ombra orrel ostri ulvan undra uthen "
    "vane vessin wyre ymar zandt"
).split()

INDUSTRIES = {
    "Logistics": "Logistics,Freight,Warehousing,Shipping,Parcel,Cargo,Forwarding,Transport",
    "Manufacturing": "Works,Machinery,Components,Castings,Tools,Bearings,Robotics,Pumps",
    "Retail": "Retail,Stores,Outfitters,Markets,Home,Fashion,Sports,Bazaar",
    "Food and beverage": "Foods,Dairy,Bakeries,Beverages,Mills,Farms,Confectionery,Brewing",
    "Health care": "Clinics,Diagnostics,Medical,Care,Imaging,Therapeutics,Dental,Pharmacies",
    "Financial services": "Insurance,Leasing,Capital,Mutual,Payments,Savings,Factoring,Assurance",
    "Energy": "Energy,Grid,Solar,Hydro,Utilities,Storage,Wind,Heat",
    "Technology": "Systems,Networks,Analytics,Cloud,Digital,Sensors,Semiconductors,Mobility",
    "Construction": "Construction,Builders,Concrete,Facades,Engineering,Timber,Facilities,Elevators",
    "Professional services": "Consulting,Advisory,Staffing,Legal,Audit,Architects,Surveyors,Research",
}
NAME_ENDINGS = ("", " Group", " International", " Europe", " Partners", " Holding", " Alliance", " Union")

# country, region, share, currency, hours from Berlin, top-level domain, word in names of subsidiaries
COUNTRIES = (
    ("Germany", "DACH", 24, "EUR", 0, "de", "Deutschland"),
    ("Austria", "DACH", 6, "EUR", 0, "at", "Austria"),
    ("Netherlands", "Benelux and France", 10, "EUR", 0, "nl", "Nederland"),
    ("France", "Benelux and France", 12, "EUR", 0, "fr", "France"),
    ("Spain", "Southern Europe", 8, "EUR", 0, "es", "Iberia"),
    ("Italy", "Southern Europe", 7, "EUR", 0, "it", "Italia"),
    ("Sweden", "Nordics", 5, "EUR", 0, "se", "Nordic"),
    ("Finland", "Nordics", 3, "EUR", 1, "fi", "Suomi"),
    ("United Kingdom", "UK and Ireland", 11, "GBP", -1, "co.uk", "UK"),
    ("United States", "North America", 14, "USD", -6, "com", "Americas"),
)
REGIONS = tuple(dict.fromkeys(country[1] for country in COUNTRIES))
CURRENCIES = ("EUR", "USD", "GBP")
EURO_PER_UNIT = {"EUR": 1.0, "USD": 0.92, "GBP": 1.16}  # the level the rates move around

TIERS = ("A", "B", "C")
SEGMENTS = ("Enterprise", "Mid-market", "Small business")

FIRST_NAMES = (
    "Anna Marta Lukas Jonas Elena Sofia Mateo Clara Felix Ida Nora Emil Greta Paul Lena Oskar Julia "
    "Simon Eva Hugo Alice Louis Camille Chloe Theo Margot Arthur Ines Pablo Lucia Diego Carmen Javier "
    "Giulia Marco Chiara Luca Paolo Sara Astrid Erik Freja Lars Linnea Mikael Aino Eero Helmi Oliver "
    "Grace Harry Amelia George Isla James Emma Noah Olivia Liam Ava Ethan Mia Logan Zoe Daniel Ruth "
    "David Naomi Samir Leila Omar Yasmin Arjun Priya Ravi Meera Kenji Yuki Wei Lin Ivan Petra Tomas "
    "Zofia Adam Katarzyna Milan Vera Andrei Ioana Kwame Amara Tendai Zuri Rosa Bruno Teresa Nuno "
    "Maeve Declan"
).split()
LAST_NAMES = (
    "Albrecht Bauer Brandt Dietrich Engel Fischer Graf Hartmann Huber Keller Krause Lang Lorenz Meier "
    "Neumann Pohl Richter Roth Schuster Seidel Vogel Weiss Winkler Ziegler Bakker Dekker Jansen "
    "Mulder Visser Bernard Dubois Fournier Girard Lambert Moreau Petit Renaud Roussel Alonso Blanco "
    "Cano Delgado Ferrer Iglesias Marin Navarro Ortega Prieto Barbieri Conti Esposito Ferrari Gallo "
    "Marino Rinaldi Vitale Berg Dahl Eklund Holm Lindgren Nyberg Sandberg Korhonen Laine Niemi "
    "Virtanen Barker Carter Dawson Ellis Fletcher Gibson Hughes Marsh Palmer Reid Shaw Turner Walsh "
    "Webb Anderson Brooks Collins Foster Hayes Jordan Murphy Parker Reed Sullivan Ward Haddad Khalil "
    "Nasser Iyer Kapoor Mehta Sato Tanaka Chen Wong Kovac Novak Dvorak Nowak Popescu Okafor Mensah "
    "Dube Costa Ramos Silva Byrne"
).split()

SENIORITIES = ("C-level", "VP", "Director", "Manager", "Staff")
TITLES = (
    ("Chief Operating Officer", "Chief Financial Officer", "Chief Information Officer", "Managing Director"),
    ("VP Operations", "VP Supply Chain", "VP Finance", "VP Technology"),
    ("Director of Operations", "Director of IT", "Director of Procurement", "Director of Planning"),
    ("Operations Manager", "Planning Manager", "IT Manager", "Procurement Manager", "Site Manager"),
    ("Planner", "Systems Analyst", "Buyer", "Operations Analyst", "Coordinator", "Data Engineer"),
)
BUYING_ROLES = ("decision_maker", "economic_buyer", "champion", "influencer", "user", "blocker")
BUYING_ROLE_WEIGHTS = (
    (45, 40, 5, 8, 0, 2),
    (35, 25, 15, 20, 0, 5),
    (20, 15, 25, 30, 5, 5),
    (3, 5, 25, 30, 34, 3),
    (0, 0, 10, 20, 68, 2),
)

# product, category, list price per month
PRODUCTS = (
    ("Fenwyre Core", "platform", 900.0),
    ("Fenwyre Connect", "add-on", 260.0),
    ("Fenwyre Analytics", "add-on", 340.0),
    ("Premium Support", "service", 180.0),
    ("Fenwyre Assist", "add-on", 420.0),
    ("Training Days", "one-off", 1450.0),
    ("Onboarding Package", "one-off", 9800.0),
)
CORE, CONNECT, ANALYTICS, SUPPORT_PLAN, ASSIST, TRAINING, ONBOARDING = range(7)
FEATURES = (
    ("planning", "scheduling", "alerts", "mobile", "reports", "approvals"),
    ("integrations", "api"),
    ("dashboards", "forecasts"),
    (),
    ("assistant", "suggestions"),
    (),
    (),
)
ALL_FEATURES = tuple(name for names in FEATURES for name in names)

STAGES = ("prospecting", "qualification", "discovery", "proposal", "negotiation", "closed_won", "closed_lost")
STAGE_PROBABILITIES = (0.05, 0.15, 0.30, 0.50, 0.75, 1.0, 0.0)
DEAL_TYPES = ("new_business", "upsell", "cross_sell", "renewal")
DEAL_SOURCES = ("inbound", "outbound", "event", "referral", "partner", "account_manager", "customer_success")

CHANNELS = (
    "email", "webinar", "event", "paid_social", "paid_search", "content",
    "phone", "in_person", "video", "linkedin", "website", "product",
)  # fmt: skip
PROGRAM = "Lighthouse"
TARGET_LIST = "target"
