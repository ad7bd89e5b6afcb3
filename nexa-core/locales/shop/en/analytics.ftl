# What a shop came to over time.
analytics = Analytics
analytics-measures = Last 30 days
analytics-span = Time span
analytics-cut = Broken down
analytics-by-all = Whole shop
analytics-by-plan = By plan
analytics-by-method = By payment method
analytics-by-server = By server
analytics-by-reseller = By reseller
analytics-summary = Figures
analytics-summary-hint = Today included, with the change against the same number of days before.
analytics-percent = { $percent }%
analytics-minutes = { $count } min
analytics-hours = { $count } h
analytics-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
analytics-chart-sum = In all: { $value }
analytics-chart-stands = At the end: { $value }
analytics-nothing = Nothing in these days.
analytics-table = As a table
analytics-day = Day
analytics-value = Value
analytics-slice-none = Packs, resellers
analytics-slice-other = Others
analytics-funnel = How far new users come
analytics-funnel-hint = Of the users who signed up in these days, as far as they are today.
analytics-cohorts = Who stays
analytics-cohorts-hint = Users by the month of their first payment, and the share that had paid for each month since.
analytics-month = Month
analytics-payers = Users
analytics-ltv = Brought per user
analytics-full = Full
analytics-full-in =
    { $count ->
        [one] full in { $count } day
       *[other] full in { $count } days
    }
analytics-signals = Unusual today
analytics-signals-hint = Today beside an average day of the last two weeks. Far more than usual may be abuse.
analytics-usual = usually
analytics-high = far more than usual

funnel-signed-up = Signed up
funnel-trial = Took a trial
funnel-ordered = Ordered
funnel-paid = Paid
funnel-paid-again = Paid again

figure-users = Users
figure-users-new = New users
figure-active = Active subscriptions
figure-payers = Paying users
figure-mrr = Monthly recurring revenue
figure-revenue = Sales
figure-refunded = Refunded
figure-net-revenue = Revenue after refunds
figure-orders-paid = Paid orders
figure-refunds = Refunds
figure-topped-up = Wallet top-ups
figure-wallets = In customers’ wallets
figure-arpu = Revenue per paying user
figure-ltv = Brought per customer to date
figure-trials = Trials
figure-trial-to-paid = Trials that became paid
figure-churn = Left after their end
figure-churned = Subscriptions lost
figure-renewal-rate = Renewed
figure-first-responses = Tickets with a first answer
figure-first-response-median = First answer, median
figure-first-response-p90 = First answer, nine of ten
figure-orders-expired = Orders not paid in time
figure-receipts-rejected = Refused receipts
figure-payments-doubted = Payments in doubt
figure-traffic = Traffic
figure-load = Subscriptions on the server
